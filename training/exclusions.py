"""Which inspections did training learn from, and what became of all others? A log of losses that adds up.

In the manner of ACES (justin13601/ACES): every criterion in its order, with what it left and what it lost. The
criteria are those of `training.outcomes` and `training.examples`, asked again and compared with the examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from features.build import IN_BUSINESS
from model.standard import Standard
from records.source import Records
from training.cards.register import COLUMNS as REGISTER_COLUMNS
from training.cards.register import register_at
from training.examples import Examples, standard_of
from training.outcomes import is_targeted, rated_inspections, taught_outcomes

USED = "used"


@dataclass(frozen=True)
class Fate:
    """What became of an inspection, in the order in which it is asked."""

    id: str
    zh: str
    en: str


FATES = (
    Fate("not_known", "基准日前尚未获知", "not yet known before the as-of date"),
    Fate("withdrawn", "已撤销或更正", "withdrawn or corrected"),
    Fate("follow_up", "复查（只看已知问题）", "follow-up, which re-visits a known problem"),
    Fate("void", "检查无效", "void"),
    Fate("unreachable", "未能联系到主体", "enterprise not reached"),
    Fate("unrated", "其他未评定", "not rated for another reason"),
    Fate("immature", "结果窗口未成熟", "no outcome window around it had closed and matured"),
    Fate("early", "早于最早的训练快照", "before the first training snapshot"),
    Fate("between", "不在任何快照的结果窗口内", "between the outcome windows of the snapshots"),
    Fate("not_in_register", "快照日登记簿中无此主体", "enterprise not in the register at the snapshot"),
    Fate("out_of_scope", "主体类型不纳入分类", "type of enterprise that is never classified"),
    Fate("not_in_business", "快照日不在营", "not in business at the snapshot"),
    Fate("other_sector", "快照日不属于该领域", "enterprise not in this sector at the snapshot"),
    Fate("passed_over", "同一窗口内以另一次检查为准", "another inspection of the same windows was taken instead"),
    Fate(USED, "用作样本", "became examples"),
)
_UNRATED = ("withdrawn", "follow_up", "void", "unreachable", "unrated")


def trace_inspections(
    records: Records, standards: Mapping[str, Standard], examples: Examples, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What became of every inspection on record?

    Two tables. One row per inspection: record_id, enterprise_id, sector, is_targeted, `fate` (an id of FATES) and
    `sightings` (examples that it became: one per snapshot whose outcome it is). And the register at the
    snapshots (`training.cards.register`), since it was looked up for this.
    """
    traced = _last_versions(records, as_of)
    rated = rated_inspections(records, as_of)
    seen = _sightings(rated, standards, examples, as_of)
    lost = seen.loc[~seen["is_in_cohort"], "enterprise_id"]
    inspected = pd.concat([lost, examples.keys["enterprise_id"]]).unique()
    snapshots = sorted(examples.keys["as_of"].unique())
    register = register_at(records, [day.date() for day in snapshots], inspected)
    fates = pd.concat(
        [
            _never_seen(rated, seen, standards, examples, as_of),
            _not_in_cohort(seen, register),
            _in_cohort(seen),
        ]
    )
    is_rated = _among(traced["record_id"], rated["record_id"])
    traced["fate"] = traced["record_id"].map(fates).where(is_rated, traced["fate"])
    used = seen[seen["is_taught"] & seen["is_in_cohort"]].groupby("record_id").size()
    traced["sightings"] = traced["record_id"].map(used).fillna(0).astype(int)
    return traced, register


def attrition(traced: pd.DataFrame, sector: str | None = None) -> pd.DataFrame:
    """The log of one sector (null: of all): one row per fate that occurred, in the order of FATES.

    Columns: fate, lost (inspections), left (after it), and of those left, targeted. The last row is what training
    used: nothing is lost there. The first `left` plus the first `lost` is the number of inspections on record.
    """
    own = traced if sector is None else traced[traced["sector"] == sector]
    left, targeted = len(own), int(own["is_targeted"].sum())
    rows = []
    for fate in FATES[:-1]:
        gone = own[own["fate"] == fate.id]
        left, targeted = left - len(gone), targeted - int(gone["is_targeted"].sum())
        if len(gone):
            rows.append((fate.id, len(gone), left, targeted))
    rows.append((USED, 0, left, targeted))
    return pd.DataFrame(rows, columns=["fate", "lost", "left", "targeted"])


def _last_versions(records: Records, as_of: date) -> pd.DataFrame:
    """One row per inspection with what alone keeps it from being rated, in the last version known before `as_of`."""
    columns = ["record_id", "enterprise_id", "sector", "basis", "severity", "known_at", "withdrawn_at"]
    rows = records.tables["inspections"].select(*columns).to_pandas()
    is_known = rows["known_at"] < pd.Timestamp(as_of)
    # Of a record that nobody knew yet the first version stands for it.
    rows = pd.concat([rows[~is_known].sort_values("known_at", ascending=False), rows[is_known].sort_values("known_at")])
    rows = rows.drop_duplicates("record_id", keep="last")
    reasons = {
        "not_known": rows["known_at"] >= pd.Timestamp(as_of),
        "withdrawn": pd.to_datetime(rows["withdrawn_at"]) <= pd.Timestamp(as_of),
        "follow_up": rows["basis"] == "follow_up",
        "void": rows["severity"] == "void",
        "unreachable": rows["severity"] == "unreachable",
    }
    fate = pd.Series("unrated", index=rows.index)
    for name in reversed(reasons):
        fate = fate.mask(reasons[name], name)
    rows = rows.assign(fate=fate, is_targeted=is_targeted(rows))
    return rows[["record_id", "enterprise_id", "sector", "is_targeted", "fate"]].reset_index(drop=True)


def _sightings(rated: pd.DataFrame, standards: Mapping[str, Standard], examples: Examples, as_of: date) -> pd.DataFrame:
    """One row per snapshot and rated inspection in a matured window: is_taught (it is the outcome), is_in_cohort."""
    horizons, ages = _horizons(rated, standards), _ages(rated, standards)
    parts = []
    for day in sorted(examples.keys["as_of"].unique()):
        ripe = rated[rated["sector"].map(ages) <= (pd.Timestamp(as_of) - day).days]
        end = day + pd.to_timedelta(ripe["sector"].map(horizons), unit="D")
        inside = ripe[(ripe["occurred_on"] >= day) & (ripe["occurred_on"] < end)]
        taught = taught_outcomes(ripe, day.date(), horizons)["record_id"]
        parts.append(inside.assign(as_of=day, is_taught=_among(inside["record_id"], taught)))
    seen = pd.concat(parts, ignore_index=True)
    whose = ["as_of", "enterprise_id", "sector"]
    # Each enterprise inspected in a window has one outcome there, so whether the examples hold it tells of the cohort.
    cohort = examples.keys[whose].assign(is_in_cohort=True)
    seen = seen.merge(cohort, on=whose, how="left")
    return seen.assign(is_in_cohort=seen["is_in_cohort"].notna())


def _horizons(rated: pd.DataFrame, standards: Mapping[str, Standard]) -> dict[str, int]:
    return {sector: standard_of(standards, sector).horizon_days for sector in rated["sector"].unique()}


def _ages(rated: pd.DataFrame, standards: Mapping[str, Standard]) -> dict[str, int]:
    """How old a snapshot must be for its outcomes to have matured, by sector."""
    return {s: days + standard_of(standards, s).maturity_days for s, days in _horizons(rated, standards).items()}


def _never_seen(
    rated: pd.DataFrame, seen: pd.DataFrame, standards: Mapping[str, Standard], examples: Examples, as_of: date
) -> pd.Series:
    """Fates of the inspections that lie in no matured window."""
    rows = rated[~_among(rated["record_id"], seen["record_id"])]
    snapshots = examples.keys["as_of"].sort_values().drop_duplicates()
    horizons, ages = _horizons(rated, standards), _ages(rated, standards)
    last_ripe = {
        s: snapshots[snapshots <= pd.Timestamp(as_of) - pd.Timedelta(days=age)].max() for s, age in ages.items()
    }
    end = pd.to_datetime(rows["sector"].map(last_ripe)) + pd.to_timedelta(rows["sector"].map(horizons), unit="D")
    fate = pd.Series("between", index=rows.index)
    fate = fate.mask(rows["occurred_on"] < snapshots.iloc[0], "early")
    # A sector without any ripe snapshot has no end.
    fate = fate.mask(end.isna() | (rows["occurred_on"] >= end), "immature")
    return pd.Series(fate.to_numpy(), index=rows["record_id"])


def _not_in_cohort(seen: pd.DataFrame, register: pd.DataFrame) -> pd.Series:
    """Fates of the inspections whose enterprise was in no cohort that could have seen them, by the last of these."""
    rows = seen[~_among(seen["record_id"], seen.loc[seen["is_in_cohort"], "record_id"])]
    rows = rows.sort_values("as_of").drop_duplicates("record_id", keep="last")
    rows = rows.merge(register[list(REGISTER_COLUMNS)], on=["as_of", "enterprise_id"], how="left")
    fate = pd.Series("other_sector", index=rows.index)
    fate = fate.mask(~rows["state"].isin(IN_BUSINESS), "not_in_business")
    fate = fate.mask(rows["is_in_scope"].eq(False), "out_of_scope")
    fate = fate.mask(rows["state"].isna(), "not_in_register")
    return pd.Series(fate.to_numpy(), index=rows["record_id"])


def _in_cohort(seen: pd.DataFrame) -> pd.Series:
    """Fates of the inspections of enterprises in a cohort: one of a window is its outcome."""
    is_used = seen[seen["is_in_cohort"]].groupby("record_id")["is_taught"].any()
    return is_used.map({True: USED, False: "passed_over"})


def _among(ids: pd.Series, others: pd.Series) -> pd.Series:
    # As plain objects: asked of texts in Arrow, pandas takes a hundred times as long.
    return pd.Series(ids.to_numpy(dtype=object), index=ids.index, dtype=object).isin(set(others.to_numpy(dtype=object)))
