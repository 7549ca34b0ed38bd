"""The results of many ids as JSON: what results have in common is written once, ids and numbers are put into it.

To build a thousand results as objects costs more than all else of a request; of a few ids it costs less than this.
What is written is what `Scorer.score` says, byte for byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from model.tiers import NO_TIER
from serving.access.scope import Scope
from serving.bulk.rows import rows_of_ids
from serving.operation.metrics import count_rows
from serving.scorer import Answer, Scorer

_SHARED = ("status", "tier", "borderline", "source", "rules")
_NUMBERS = ("margin", "probability", "low", "high")

Columns = Mapping[str, NDArray[Any]]


def written_answer(scorer: Scorer, enterprise_ids: Sequence[str], sector: str | None, scope: Scope) -> Answer:
    """The answer of `Scorer.score` with its `results` as JSON; they are counted as served."""
    asked, rows = rows_of_ids(scorer, enterprise_ids, scorer.wanted(sector, scope))
    columns, named = scorer.snapshot.columns, (*scorer.snapshot.sectors, sector)
    codes = _at(rows, columns["sector"], len(named) - 1).tolist()
    sectors = [named[code] for code in codes]
    column = {name: _at(rows, columns[name], 0) for name in (*_SHARED, *_NUMBERS)}
    texts = _texts(_forms(scorer, sectors, column), _ids(enterprise_ids, asked), column)
    for at, key in _ruled(scorer, enterprise_ids, asked, sectors):
        if rows[at] >= 0:
            (result,) = scorer.at_rows([key], rows[at : at + 1])
            texts[at], column["tier"][at] = orjson.dumps(result), result["tier_rank"] or NO_TIER
    count_rows(column["tier"], column["status"], column["borderline"])
    return scorer.header | {"results": orjson.Fragment(b"[" + b",".join(texts) + b"]")}


def _at(rows: NDArray[np.int64], values: NDArray[Any], unknown: int) -> NDArray[Any]:
    """The values at some rows, and where the row is negative one for `unknown` (a status of 0 means that, too)."""
    known = rows >= 0
    found = np.full(len(rows), unknown, dtype=values.dtype)
    found[known] = values[rows[known]]
    return found


def _forms(scorer: Scorer, sectors: list[str | None], column: Columns) -> Iterator[list[bytes]]:
    """What each result says, but for id and numbers."""
    has_numbers = (column["tier"] != NO_TIER) & ~np.isnan(column["margin"])
    shared = (column[name].tolist() for name in _SHARED)
    return map(scorer.results.form, has_numbers.tolist(), sectors, *shared)


def _ids(enterprise_ids: Sequence[str], asked: NDArray[np.int64]) -> list[bytes]:
    """The JSON of the id of each result."""
    # A line each: no JSON holds a line break, and one call costs less than one for each.
    lines = orjson.dumps(enterprise_ids, option=orjson.OPT_INDENT_2).split(b"\n")[1:-1]
    written = [line.strip(b" ,") for line in lines]
    return [written[place] for place in asked.tolist()]


def _texts(forms: Iterator[list[bytes]], ids: list[bytes], column: Columns) -> list[bytes]:
    """Each result, from its form, its id and its numbers."""
    numbers = (_numbers(column[name]) for name in _NUMBERS)
    return [
        own.join(form)
        if len(form) == 2
        else b"".join((form[0], own, form[1], margin, form[2], probability, form[3], low, form[4], high, form[5]))
        for form, own, margin, probability, low, high in zip(forms, ids, *numbers, strict=True)
    ]


def _numbers(values: NDArray[np.float64]) -> list[bytes]:
    """The JSON of each number; NaN is null."""
    return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",") if len(values) else []


def _ruled(
    scorer: Scorer, enterprise_ids: Sequence[str], asked: NDArray[np.int64], sectors: list[str | None]
) -> list[tuple[int, tuple[str, str]]]:
    """Place and key of each result over which a ruling is laid."""
    rulings = scorer.rulings()
    if not rulings:
        return []
    keys = ((enterprise_ids[place], sector or "") for place, sector in zip(asked.tolist(), sectors, strict=True))
    return [(at, key) for at, key in enumerate(keys) if key in rulings]
