"""The results of a snapshot as Arrow record batches, column by column: what `/v1/score` says row by row."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.tiers import HIGH_RANK, NO_TIER, TIERS
from serving.access.scope import Scope
from serving.bulk.rows import owners_of, wanted_rows
from serving.decisions.rulings import Ruling
from serving.operation.metrics import count_rows
from serving.scorer import Scorer
from serving.verdicts import SCHEME_OF_SOURCE, SOURCES, STATUSES

BATCH_ROWS = 16_384
"""Rows that are in memory at once while the whole population is answered."""

_WORD = pa.dictionary(pa.int16(), pa.string())
COLUMNS = (
    pa.field("enterprise_id", pa.string(), nullable=False),
    pa.field("sector", _WORD, nullable=False),
    pa.field("status", _WORD, nullable=False),
    pa.field("tier", _WORD),
    pa.field("tier_rank", pa.int8()),
    pa.field("margin", pa.float64()),
    pa.field("probability", pa.float64()),
    pa.field("interval_low", pa.float64()),
    pa.field("interval_high", pa.float64()),
    pa.field("borderline", pa.bool_()),
    pa.field("source", _WORD),
    pa.field("scheme", _WORD),
    pa.field("rules", pa.list_(pa.string()), nullable=False),
    pa.field("confirmed", pa.bool_()),
    pa.field("model_tier_rank", pa.int8()),
)
"""One row per enterprise and sector; the fields of a result of `/v1/score`, with the interval's ends as columns of
their own, hard rules by name, and what is the same for a sector's whole tier (`sampling`) in the metadata. Where a
reviewer put another tier in the place of the model's, `model_tier_rank` is the model's own; null elsewhere."""

_HARD_RULE, _OVERRIDE = SOURCES.index("hard_rule"), SOURCES.index("override")
_SCHEMES = tuple(dict.fromkeys(SCHEME_OF_SOURCE.values()))
_SCHEME_CODES = np.array(
    [_SCHEMES.index(SCHEME_OF_SOURCE[one]) if one in SCHEME_OF_SOURCE else -1 for one in SOURCES], dtype=np.int16
)


def schema_of(scorer: Scorer) -> pa.Schema:
    """The columns, with the snapshot's header and `sampling` (JSON, by sector and tier) as metadata.

    While monitoring says that something broke, `advisory` (JSON) is among them.
    """
    told = {**scorer.header, "sampling": scorer.results.sampling()}
    return pa.schema(COLUMNS, metadata={name: _text(value) for name, value in told.items()})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def batches_of(scorer: Scorer, wanted: Scope) -> Iterator[pa.RecordBatch]:
    """Every result in a scope, ascending by enterprise and sector, at most BATCH_ROWS at once."""
    schema, ruled = schema_of(scorer), scorer.ruled_rows()
    for rows in wanted_rows(scorer, wanted, BATCH_ROWS):
        column = laid_over(scorer, rows, ruled)
        yield pa.record_batch(_columns(scorer, rows, column), schema=schema)
        count_rows(*(column[name] for name in ("tier", "status", "borderline")))


def laid_over(scorer: Scorer, rows: NDArray[np.int64], ruled: Mapping[int, Ruling]) -> dict[str, NDArray[Any]]:
    """The verdicts of these rows with what people decided laid over them, as `Results.under` does it row by row.

    `confirmed` and `model_tier` (the model's own rank where another was put in its place, else 0) are added.
    """
    columns = scorer.snapshot.columns
    column = {name: np.array(values[rows]) for name, values in columns.items() if values.ndim == 1}
    tier, source = column["tier"], column["source"]
    column |= {"confirmed": tier != HIGH_RANK, "model_tier": np.zeros_like(tier)}
    for at in np.flatnonzero(np.isin(rows, list(ruled))).tolist():
        ruling, rank = ruled[int(rows[at])], int(tier[at])
        if rank == NO_TIER:
            continue
        if ruling.tier_rank is None or source[at] == _HARD_RULE:
            column["confirmed"][at] |= ruling.confirms(rank)
        else:
            column["model_tier"][at], tier[at], source[at] = rank, ruling.tier_rank, _OVERRIDE
            column["confirmed"][at] = True
    return column


def _columns(scorer: Scorer, rows: NDArray[np.int64], column: Mapping[str, NDArray[Any]]) -> list[pa.Array]:
    snapshot = scorer.snapshot
    tier, source = column["tier"], column["source"]
    has_tier = tier != NO_TIER
    has_margin = has_tier & ~np.isnan(column["margin"])
    ids = snapshot.ids[owners_of(snapshot, rows)].tolist()
    return [
        pa.array([one.decode() for one in ids], pa.string()),
        _words(column["sector"], snapshot.sectors),
        _words(column["status"], STATUSES),
        _words(tier.astype(np.int16) - 1, [one.id for one in TIERS]),
        _where(tier, has_tier, pa.int8()),
        *(_where(column[name], has_margin, pa.float64()) for name in ("margin", "probability", "low", "high")),
        _where(column["borderline"], has_tier, pa.bool_()),
        _words(np.where(has_tier, source.astype(np.int16), -1), SOURCES),
        _words(np.where(has_tier, _SCHEME_CODES[source], -1), _SCHEMES),
        _rules(scorer, column["sector"], np.where(has_tier, column["rules"], 0)),
        _where(column["confirmed"], has_tier, pa.bool_()),
        _where(column["model_tier"], column["model_tier"] != NO_TIER, pa.int8()),
    ]


def _words(codes: NDArray[Any], words: Any) -> pa.Array:
    """Words by their codes; null where the code is negative."""
    indices = pa.array(codes.astype(np.int16), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def _where(values: NDArray[Any], known: NDArray[np.bool_], kind: pa.DataType) -> pa.Array:
    return pa.array(values, type=kind, mask=~known)


def _rules(scorer: Scorer, sectors: NDArray[np.uint16], masks: NDArray[np.uint32]) -> pa.Array:
    """The names of the hard rules that hold in each row."""
    named: list[list[str]] = [[] for _ in range(len(masks))]
    for row in np.flatnonzero(masks).tolist():
        named[row] = scorer.results.rule_names(scorer.snapshot.sectors[sectors[row]], int(masks[row]))
    return pa.array(named, pa.list_(pa.string()))
