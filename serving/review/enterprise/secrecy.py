"""What the enterprise may not learn: that somebody reported it, and that somebody follows a lead.

Whoever is reported must not learn of the reporter, nor of how the report is handled (市场监督管理投诉举报处理暂行办法
Art. 33). So nothing that rests on a report (举报) or a lead, open or closed, of the enterprise or of others, is told to
an enterprise, nor what is counted of inspections because somebody complained; the worklists are as strict
(`internal_only`).
"""

from collections.abc import Mapping
from functools import cache

import pyarrow as pa
import pyarrow.compute as compute

from features.catalogue.everything import BY_NAME
from features.indicator import (
    Difference,
    GroupRate,
    Indicator,
    NeighbourRate,
    NeighbourSum,
    Place,
    Ratio,
    RelatedSum,
    ShrunkRate,
)

SECRET_SUBJECTS = ("leads",)
_REPORTS, _CIVIL = "complaints", ("complaint",)
_ASKED_BY_SOMEBODY = "complaint"
"""The basis of an inspection that a complaint or report led to."""


@cache
def is_secret(name: str) -> bool:
    """Whether the value of this indicator may rest on a report or a lead, in whole or in part."""
    indicator = BY_NAME[name]
    return _looks_at_secrets(indicator) or any(is_secret(part) for part in _parts(indicator))


def _looks_at_secrets(indicator: Indicator) -> bool:
    values = {condition.column: condition.value for condition in indicator.where if condition.operator == "in"}
    if indicator.subject == _REPORTS:
        return values.get("kind") != _CIVIL
    bases = values.get("basis") if indicator.subject == "inspections" else ()
    return indicator.subject in SECRET_SUBJECTS or (isinstance(bases, tuple) and _ASKED_BY_SOMEBODY in bases)


def _parts(indicator: Indicator) -> tuple[str, ...]:
    """The indicators that this one's value is worked out from."""
    match measure := indicator.measure:
        case Ratio() | ShrunkRate() | GroupRate() | NeighbourRate():
            return (measure.numerator, measure.denominator)
        case Difference():
            return (measure.first, measure.second)
        case Place() | NeighbourSum() | RelatedSum():
            return (measure.of,)
    return ()


def without_secrets(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """An enterprise's records without leads, and of complaints the civil ones alone (null counts as none)."""
    told = {name: table.slice(0, 0) if name in SECRET_SUBJECTS else table for name, table in tables.items()}
    complaints = tables[_REPORTS]
    return told | {_REPORTS: complaints.filter(compute.is_in(complaints["kind"], pa.array(_CIVIL)))}
