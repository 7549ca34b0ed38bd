"""Rows of the contract: the common columns of events, later versions of records, and Parquet files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from records.casts import ARROW_TYPES
from records.contract import Subject
from records.subjects import SUBJECTS
from simulation.clocks import Delay, Instants, known_after, known_later
from simulation.history import Days
from simulation.population import Flags, Ints, Words
from simulation.world import World


@dataclass(frozen=True)
class Origin:
    """Where the records of a subject come from: prefix of their ids, system, offices, and the delay.

    `producer` and `responsible` are office names; "" stands for the enterprise's station.
    """

    prefix: str
    source: str
    delay: Delay
    producer: str = ""
    provider: str = "金平区市场监督管理局信用风险监管股"
    responsible: str = ""


def events(
    world: World,
    rng: np.random.Generator,
    subject: str,
    origin: Origin,
    enterprise: Ints,
    occurred: Days,
    *,
    known: Instants | None = None,
    producer: Words | None = None,
    **columns: Any,
) -> pd.DataFrame:
    """First versions of event records, in the order of their days.

    One row per event with all columns of the subject; columns not given are empty. `known` overrides the
    delay of the origin, `producer` (one office per row) its producer and responsible party.
    """
    count = len(enterprise)
    offices = world.stations(enterprise)
    owner = producer if producer is not None else offices
    frame = pd.DataFrame(
        {
            "enterprise_id": world.population.ids[enterprise],
            "occurred_on": occurred,
            "known_at": known_after(rng, occurred, origin.delay) if known is None else known,
            "withdrawn_at": np.full(count, np.datetime64("NaT", "D")),
            "use_until": np.full(count, np.datetime64("NaT", "D")),
            "producer": np.full(count, origin.producer, dtype=object) if origin.producer else owner,
            "provider": np.full(count, origin.provider, dtype=object),
            "responsible": np.full(count, origin.responsible, dtype=object) if origin.responsible else owner,
            "source": np.full(count, origin.source, dtype=object),
            **columns,
        }
    )
    frame = frame.iloc[np.argsort(occurred, kind="stable")].reset_index(drop=True)
    numbers = [f"{origin.prefix}{world.part}-{number:07d}" for number in range(1, count + 1)]
    frame.insert(0, "record_id", pd.Series(numbers, dtype="str"))
    return frame.reindex(columns=list(SUBJECTS[subject].column_names))


def amended(frame: pd.DataFrame, which: Flags, known: Instants, **changes: Any) -> pd.DataFrame:
    """Later versions of the rows `which`, known at `known`, with the named columns changed."""
    later = frame[which].copy()
    later["known_at"] = known
    for column, values in changes.items():
        later[column] = values
    return later


def changed_from(frame: pd.DataFrame, record_ids: np.ndarray, known: Instants, **changes: Any) -> pd.DataFrame:
    """The versions of `frame`, where from `known` on the named records (each once) have other values.

    Each gets one version more, like the one in force then but for the changes, and its later versions have them too.
    Records of which no version was known before `known` stay as they are.
    """
    named = frame[frame["record_id"].isin(record_ids)].sort_values("known_at", kind="stable")
    place = pd.Index(record_ids).get_indexer(pd.Index(named["record_id"]))
    stated, known = instants(named["known_at"]), known.copy()
    # Two versions of a record cannot become known at one instant.
    while (clash := stated == known[place]).any():
        known[place[clash]] += np.timedelta64(1, "s")
    base = named[stated < known[place]].drop_duplicates("record_id", keep="last")
    of_base = pd.Index(record_ids).get_indexer(pd.Index(base["record_id"]))
    added = amended(base, np.full(len(base), True), known[of_base], **{c: v[of_base] for c, v in changes.items()})
    after = (stated > known[place]) & np.isin(place, of_base)
    later = named[after].assign(**{column: values[place[after]] for column, values in changes.items()})
    return stack(frame.drop(index=later.index), later, added)


def withdrawn(rng: np.random.Generator, frame: pd.DataFrame, share: float, delay: Delay) -> pd.DataFrame:
    """Versions that annul a random share of the records, some time after each was known."""
    which = rng.random(len(frame)) < share
    before = frame.loc[which, "known_at"].to_numpy().astype("datetime64[us]")
    known = known_later(rng, before, before.astype("datetime64[D]"), delay)
    return amended(frame, which, known, withdrawn_at=known.astype("datetime64[D]"))


def blanked(words: Words, where: Flags) -> Words:
    """The words, null at the places `where`."""
    filled = words.copy()
    filled[where] = None
    return filled


def days(column: pd.Series) -> Days:
    """A date column as datetime64[D]."""
    return column.to_numpy().astype("datetime64[D]")


def day_of(record_ids: pd.Series, frame: pd.DataFrame, column: str) -> Days:
    """A date column of the records of `frame` (one row each) for each of the ids; NaT where there is none."""
    by_id = pd.Series(days(frame[column]), index=frame["record_id"].to_numpy())
    return days(by_id.reindex(record_ids.to_numpy()))


def instants(column: pd.Series) -> Instants:
    """A timestamp column as datetime64[us]."""
    return column.to_numpy().astype("datetime64[us]")


def stack(*versions: pd.DataFrame) -> pd.DataFrame:
    """All versions of a subject's records under each other."""
    filled = [part for part in versions if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else versions[0]


def to_arrow(subject: Subject, frame: pd.DataFrame) -> pa.Table:
    """The rows as the contract types them, ordered by when they became known."""
    id_column = subject.versioned_by[0]
    ordered = frame.sort_values(["known_at", id_column], kind="stable")
    types = {column.name: ARROW_TYPES[column.type] for column in subject.columns}
    arrays = [_array(ordered[name], kind) for name, kind in types.items()]
    fields = [pa.field(column.name, types[column.name], column.nullable) for column in subject.columns]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _array(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date(kind):
        return pa.array(days(column), kind)
    if pa.types.is_timestamp(kind):
        return pa.array(instants(column), kind)
    return pa.Array.from_pandas(column, type=kind)


def write_subject(directory: Path, name: str, frame: pd.DataFrame) -> int:
    """Write one subject's rows to `directory/name.parquet`; returns how many rows there are."""
    table = to_arrow(SUBJECTS[name], frame)
    pq.write_table(table, directory / f"{name}.parquet")
    return table.num_rows
