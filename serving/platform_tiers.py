"""The tiers of a snapshot as the sampling module of the double-random platform takes them (handbook 4.4)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from model.standard import GENERAL, Standard
from model.tiers import tier_of_rank
from records.unified_code import is_unified_code
from serving.snapshot import Snapshot
from serving.verdicts import SOURCES, STATUSES

TIER_SOURCE = {
    **{"module": "module", "superior": "superior", "override": "override", "hard_rule": "override"},
    **{"sector": "general", "general": "general", "point_table": "general", "provincial": "general"},
}
"""The platform's word for where a tier comes from (project decision): what outranks the model is an override, and the
provincial general grade and every model of ours are the third step of the routing, the general model with the sector's
own adaptation."""

CONFIDENTIAL = ("complaints", "leads")
"""Subjects on which no reason is sent that rests: reporters and open leads stay secret, and inspectors carry the list
to the door."""

_VOID = "void"


def platform_rows(snapshot: Snapshot, standards: Mapping[str, Standard]) -> list[dict[str, Any]]:
    """One row per enterprise and sector that has a tier, sorted by both, with the columns that the platform takes.

    Checks are counted per enterprise and sector, those that were void left out. `exclusion_code` says why an
    enterprise is not to be drawn: it rests, was drawn this year, or has been checked as often as its cap allows.
    """
    keys = pd.read_parquet(snapshot.directory / "keys.parquet", columns=["enterprise_id", "sector"])
    tiered = np.flatnonzero(np.asarray(snapshot.columns["status"]) == STATUSES.index("scored"))
    register, checks, drawn = _register(snapshot), _checks(snapshot), _drawn(snapshot)
    rows = []
    for at in tiered.tolist():
        enterprise, sector = str(keys["enterprise_id"].iat[at]), str(keys["sector"].iat[at])
        entry = register.get(enterprise, {})
        last, count = checks.get((enterprise, sector), (None, 0))
        row = _verdict(snapshot, standards.get(sector) or standards[GENERAL], at, sector)
        is_drawn = (enterprise, sector) in drawn
        rows.append(
            {
                **row,
                "uniscid": enterprise if is_unified_code(enterprise) else None,
                "pripid": None if is_unified_code(enterprise) else enterprise,
                "station": entry.get("station"),
                "reg_org": entry.get("region"),
                "industry": entry.get("industry_code"),
                "last_check_date": last,
                "checks_ytd": count,
                "exclusion_code": _exclusion(entry.get("state"), is_drawn, count, row["freq_cap"]),
            }
        )
    return rows


def _verdict(snapshot: Snapshot, standard: Standard, at: int, sector: str) -> dict[str, Any]:
    columns = snapshot.columns
    tier, probability = tier_of_rank(int(columns["tier"][at])), float(columns["probability"][at])
    sampling, minimum = standard.sampling[tier.id], standard.statutory_minimum
    return {
        "run_id": snapshot.digest,
        "asof": snapshot.as_of,
        "ent_name": None,
        "sector": sector,
        "scheme": f"{standard.sector}/{standard.version}",
        "score": None if np.isnan(probability) else probability,
        "tier_1_4": tier.rank,
        "tier_source": TIER_SOURCE[SOURCES[int(columns["source"][at])]],
        "model_version": snapshot.release,
        "top_reasons": _reasons(snapshot, columns["reason_indicator"][at], columns["reason_contribution"][at]),
        "suggested_items": list(sampling.items),
        "freq_cap": sampling.cap,
        "statutory_min": None if minimum is None else f"{minimum.times}/{minimum.per_years}",
        "valid_from": snapshot.as_of,
        "valid_to": None,
    }


def _reasons(snapshot: Snapshot, positions: NDArray[np.int16], contributions: NDArray[np.float64]) -> list[str]:
    """Chinese labels, strongest first, each behind an arrow: whether it stands for more risk or for less."""
    said = []
    for position, contribution in zip(positions.tolist(), contributions.tolist(), strict=True):
        indicator = BY_NAME.get(snapshot.indicators[position]) if position >= 0 else None
        if indicator is not None and indicator.subject not in CONFIDENTIAL:
            said.append(f"{'↑' if contribution > 0 else '↓'}{indicator.zh}")
    return said


def _exclusion(state: Any, is_drawn: bool, checks: int, cap: int | None) -> str | None:
    if state == "dormant":
        return "dormant"
    if is_drawn:
        return "drawn_this_year"
    return "cap_reached" if cap is not None and checks >= cap else None


def _register(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """The entry of each enterprise that holds at the as-of date."""
    columns = ["enterprise_id", "state", "station", "region", "industry_code", "valid_from"]
    entries = _records(snapshot, "enterprises", columns).sort_values("valid_from", kind="stable")
    latest = entries.drop_duplicates("enterprise_id", keep="last").astype(object)
    filled = latest.where(latest.notna(), None)
    columns_of = filled.set_index("enterprise_id", drop=False).to_dict("index")
    return {
        str(enterprise): {str(name): value for name, value in entry.items()} for enterprise, entry in columns_of.items()
    }


def _checks(snapshot: Snapshot) -> dict[tuple[str, str], tuple[Any, int]]:
    """By enterprise and sector, the day of the last check and how many there were in the year of the as-of date."""
    found = _records(snapshot, "inspections", ["enterprise_id", "sector", "occurred_on", "severity"])
    made = found[found["severity"] != _VOID]
    days = pd.to_datetime(made["occurred_on"])
    made = made.assign(day=days, is_of_year=days.dt.year == snapshot.as_of.year)
    groups = made.groupby(["enterprise_id", "sector"]).agg(last=("day", "max"), count=("is_of_year", "sum"))
    return {key: (last.date(), int(count)) for key, last, count in groups.itertuples(name=None)}


def _drawn(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Who was drawn in the year of the as-of date, by enterprise and sector."""
    found = _records(snapshot, "selections", ["enterprise_id", "sector", "occurred_on"])
    of_year = found[pd.to_datetime(found["occurred_on"]).dt.year == snapshot.as_of.year]
    return set(zip(of_year["enterprise_id"], of_year["sector"], strict=True))


def _records(snapshot: Snapshot, subject: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(snapshot.directory / "records" / f"{subject}.parquet", columns=columns)
