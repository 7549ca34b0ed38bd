"""The ledger (台账) that worklists are drawn up from: records in force at one date, and tiers where there are any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd
import pyarrow as pa

from features.build import IN_BUSINESS
from features.evidence import evidence, visible_records
from model.standard import GENERAL, Standard
from records.casts import quoted
from records.errors import ConfigError, DataError
from records.source import Records
from supervision.worklists.rules import Rules

CREDIT_OFFICE = "信用风险监管股"
"""The bureau's own office for credit supervision (handbook R23): responsible where neither sector nor station is."""

Read = Callable[[str, Sequence[str]], pa.Table]
"""Named columns of the records of a subject that are in force at the ledger's date, sorted by enterprise and key; of
`enterprises` every version known, of which the latest is in force."""
EvidenceOf = Callable[[Sequence[str]], pd.DataFrame]
"""`features.evidence.evidence` of some enterprises at the ledger's date."""


@dataclass(frozen=True)
class Ledger:
    """What may be looked at when lists are drawn up at 00:00 (Asia/Shanghai) of `as_of`.

    `offices` names each sector's office. `answers` are those of a snapshot of the same date, one row per enterprise
    and sector: enterprise_id, sector, tier_rank (1 to 4), probability (null where a point table or a hard rule
    answered), and, if known, `indicators`, the names of those that raise the risk; null: no snapshot is at hand.
    `report_years` are the years on which annual reports were collected; null: those of the reports that are read, which
    does for a ledger of everyone.
    """

    as_of: date
    read: Read
    evidence_of: EvidenceOf
    rules: Rules
    offices: Mapping[str, str] = field(default_factory=dict)
    answers: pd.DataFrame | None = None
    report_years: Sequence[int] | None = None
    _made: dict[Callable[["Ledger"], pd.DataFrame], pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def midnight(self) -> pd.Timestamp:
        """The as-of date as pandas compares it."""
        return pd.Timestamp(self.as_of)

    def records(self, subject: str, *columns: str) -> pd.DataFrame:
        """The records of a subject in force: record_id, enterprise_id, occurred_on and the named columns.

        Dates are datetime64, absent ones NaT. One row per record, sorted by enterprise and id.
        """
        wanted = ("record_id", "enterprise_id", "occurred_on", *columns)
        return self.read(subject, wanted).to_pandas(date_as_object=False)

    def once(self, make: Callable[["Ledger"], pd.DataFrame]) -> pd.DataFrame:
        """The table that a function makes of this ledger, made once: several steps of a list look at the same one."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    @cached_property
    def enterprises(self) -> pd.DataFrame:
        """The enterprises in business, one row each: enterprise_id, ent_type, state, established_on, region, station,
        sectors (list), known_from (when the register's first version began)."""
        columns = ("enterprise_id", "ent_type", "state", "established_on", "region", "station", "sectors", "valid_from")
        versions = self.read("enterprises", columns).to_pandas(date_as_object=False).sort_values("valid_from")
        latest = versions.drop_duplicates("enterprise_id", keep="last")
        first = versions.groupby("enterprise_id")["valid_from"].min()
        latest = latest.assign(known_from=latest["enterprise_id"].map(first))
        kept = latest[latest["state"].isin(IN_BUSINESS)].drop(columns="valid_from")
        return kept.sort_values("enterprise_id", ignore_index=True)

    @property
    def tiers(self) -> pd.DataFrame:
        """The answers; ConfigError where there are none."""
        if self.answers is None:
            raise ConfigError("This worklist needs the tiers of a snapshot, got none; name one with --snapshot DIR.")
        return self.answers

    def office_of(self, sector: str) -> str:
        """The office that answers for a sector; the credit office for one that no standard names."""
        return self.offices.get(sector, self.offices.get(GENERAL, CREDIT_OFFICE))


def ledger_of(
    records: Records,
    as_of: date,
    rules: Rules,
    standards: Mapping[str, Standard],
    answers: pd.DataFrame | None = None,
) -> Ledger:
    """The ledger over a bureau's records, of which only what counts at `as_of` is kept.

    Raises DataError if no enterprise was known before `as_of`.
    """
    visible = visible_records(records, as_of)

    def read(subject: str, columns: Sequence[str]) -> pa.Table:
        # Not by Ibis, which compiles anew for every choice of columns: that takes longer than the reading.
        names = ", ".join(map(quoted, columns))
        return visible.connection.raw_sql(f"SELECT {names} FROM {visible.tables[subject].get_name()}").to_arrow_table()

    def evidence_of(enterprise_ids: Sequence[str]) -> pd.DataFrame:
        return evidence(visible, as_of, enterprise_ids)

    if not read("enterprises", ["enterprise_id"]).num_rows:
        raise DataError(f"Worklists need an enterprise known before {as_of}, got none; give a later as-of date.")
    return Ledger(as_of, read, evidence_of, rules, offices_of(standards), answers)


def offices_of(standards: Mapping[str, Standard]) -> dict[str, str]:
    """The responsible office of every sector."""
    return {sector: standard.office for sector, standard in standards.items()}
