"""What all cards of one training share: the records behind it, the fate of every inspection, who the enterprises are.

Looked up once per training; each card then cuts out its sector.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from model.standard import Standard
from records.contract import Subject
from records.source import Records
from records.subjects import SUBJECTS
from training.exclusions import trace_inspections
from training.fairness import label_traits
from training.fitted import Training


@dataclass(frozen=True)
class Facts:
    """What the records say beside the training.

    `holdings`: one row per subject and sector (null sector: the whole subject), see `hold`. `inspections`: what became
    of each (`training.exclusions.trace_inspections`). `traits`: the groups of each example
    (`training.fairness.label_traits`). `quality`: `records.quality.measure_quality` of the records as read, null where
    it was not measured.
    """

    holdings: pd.DataFrame
    inspections: pd.DataFrame
    traits: pd.DataFrame
    quality: pd.DataFrame | None = None


def gather_facts(
    records: Records, standards: Mapping[str, Standard], training: Training, quality: pd.DataFrame | None = None
) -> Facts:
    """Look up everything that the cards of a training say beyond the training itself."""
    inspections, register = trace_inspections(records, standards, training.examples, training.as_of)
    return Facts(hold(records, training.as_of), inspections, label_traits(training.examples, register), quality)


def hold(records: Records, as_of: date) -> pd.DataFrame:
    """How much was on record before `as_of`, from when to when, and how late did it become known?

    One row per subject, and per sector of the subjects that name one: subject, sector (null: all), records (by record
    id; enterprises by theirs; all versions known before `as_of` count as one), first and last (date of the event;
    of enterprises the date from which a row holds), and delay_days_median and delay_days_90 from the event until the
    first version was known.
    """
    return pd.concat(
        [part for subject in SUBJECTS.values() for part in _held(records, subject, as_of)], ignore_index=True
    )


def _held(records: Records, subject: Subject, as_of: date) -> Iterator[pd.DataFrame]:
    key, event = ("record_id", "occurred_on") if subject.is_event else ("enterprise_id", "valid_from")
    given = records.connection.compile(records.tables[subject.name])
    groups = ["NULL", "sector"] if "sector" in subject.column_names else ["NULL"]
    for group in groups:
        sql = f"""
            WITH known AS (
                SELECT {key} AS id, min({event}) AS happened, min(known_at) AS known, {group} AS sector
                FROM ({given}) WHERE known_at < DATE '{as_of}' AND {event} < DATE '{as_of}' GROUP BY ALL
            )
            SELECT '{subject.name}' AS subject, sector, count(*) AS records,
                min(happened) AS first, max(happened) AS last,
                quantile_cont(date_diff('day', happened, known), 0.5) AS delay_days_median,
                quantile_cont(date_diff('day', happened, known), 0.9) AS delay_days_90
            FROM known {"WHERE sector IS NOT NULL" if group == "sector" else ""} GROUP BY sector
        """
        found = records.connection.con.execute(sql).df()
        if len(found) or group == "sector":
            yield found
        else:
            yield pd.DataFrame({"subject": [subject.name], "sector": [None], "records": [0]})
