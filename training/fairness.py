"""Does the model treat large and small, old and young enterprises alike, wherever they are and whoever owns them?

Per group: what was found, what was predicted, who is called risky without cause, who is missed, and how often clean
enterprises are visited. No personal attribute is looked at; these four are properties of enterprises.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from model.standard import Standard
from model.standard_terms import SamplingRule
from model.tiers import TIERS
from training.examples import Examples
from training.metrics import INTERVAL, jeffreys

Array = NDArray[np.float64]

LEAST_ENTERPRISES = 30
"""Groups of fewer enterprises are pooled, and a pool of fewer is not shown (project decision)."""
MOST_REGIONS = 8
RISKY_RANK = 3
"""From this rank on (medium-high) a tier costs the enterprise something: ten times the draws of the low one."""
FALSE_ALARM_LEVEL = 1 - INTERVAL

ALL, POOLED, UNKNOWN = "all", "pooled", "unknown"
Labels = dict[str, tuple[str, str]]
"""Chinese and English by group."""


@dataclass(frozen=True)
class Trait:
    """A property by which enterprises are compared; `labels` names its groups in order (regions go by their code)."""

    id: str
    zh: str
    en: str
    basis_zh: str
    basis_en: str
    labels: Labels


TRAITS = (
    Trait(
        "size",
        "规模",
        "size",
        "最近年报从业人数，界限取零售业的划型标准（工信部联企业〔2011〕300号）",
        "employees in the latest annual report, bands of the retail trade in the ministry's size standard of 2011",
        {
            "micro": ("10人以下", "under 10"),
            "small": ("10–49人", "10 to 49"),
            "middle": ("50–299人", "50 to 299"),
            "large": ("300人及以上", "300 and more"),
        },
    ),
    Trait(
        "age",
        "年龄",
        "age",
        "快照日距成立日期",
        "years from establishment to the snapshot",
        {
            "first_year": ("不满1年", "under 1 year"),
            "young": ("1–3年", "1 to 3 years"),
            "grown": ("3–10年", "3 to 10 years"),
            "old": ("10年及以上", "10 years and more"),
        },
    ),
    Trait(
        "region",
        "区域",
        "region",
        f"登记的行政区划或片区，企业最多的 {MOST_REGIONS} 个单列",
        f"registered region, the {MOST_REGIONS} with most enterprises by themselves",
        {},
    ),
    Trait(
        "ownership",
        "所有制",
        "ownership",
        "登记的企业类型代码",
        "registered type of enterprise",
        {
            "state": ("国有及国有控股", "state-owned or controlled"),
            "private": ("自然人出资的公司", "companies of natural persons"),
            "unincorporated": ("合伙、个人独资等非法人企业", "partnerships, sole proprietorships"),
            "foreign": ("外商及港澳台投资", "foreign, Hong Kong, Macao, Taiwan"),
            "domestic": ("其他内资", "other domestic"),
        },
    ),
)

_OWNERSHIP = {
    **dict.fromkeys(("1110", "1140", "1213", "1223", "2110", "2140", "31"), "state"),
    **dict.fromkeys(("1130", "115", "1212", "1222", "2130", "215"), "private"),
    **dict.fromkeys(("43", "44", "45"), "unincorporated"),
    **dict.fromkeys(("5", "6", "7"), "foreign"),
    "": "domestic",
}
"""By the start of the four-digit type of the business register, the longest first (grouping: project decision)."""
_SIZE_EDGES = (0, 10, 50, 300, np.inf)
_AGE_EDGES_DAYS = (0, 365, 3 * 365, 10 * 365, np.inf)


def label_traits(examples: Examples, register: pd.DataFrame) -> pd.DataFrame:
    """To which groups did each enterprise belong when it was seen?

    One row per as_of, enterprise_id and sector of the examples, with one column per trait. `register` as
    `training.cards.register.register_at` gives it for the examples' snapshots.
    """
    rows = examples.keys[["as_of", "enterprise_id", "sector"]]
    known = register[["as_of", "enterprise_id", "ent_type", "region"]]
    rows = rows.merge(known, on=["as_of", "enterprise_id"], how="left", validate="many_to_one")
    of_type = {code: _ownership(code) for code in rows["ent_type"].dropna().unique()}
    size, age, *_ = TRAITS
    return rows.assign(
        size=_banded(_column(examples, "annual_reports_employees_latest"), _SIZE_EDGES, size.labels),
        age=_banded(_column(examples, "enterprises_tenure_days"), _AGE_EDGES_DAYS, age.labels),
        region=rows["region"].astype(object).fillna(UNKNOWN),
        ownership=rows["ent_type"].map(of_type).astype(object).fillna(UNKNOWN),
    ).drop(columns="ent_type")


def compare_groups(rows: pd.DataFrame, trait: Trait, standard: Standard) -> pd.DataFrame:
    """How does each group of one trait fare? The first row is all of them, then the groups in order.

    `rows` are out-of-fold rows (`training.fit.Fitted.rows`) with a column named after the trait. Columns: group, n
    (rows), enterprises, base_rate (observed), mean_probability, calibration (observed over predicted; 1 is right)
    with _low and _high, share_risky (in RISKY_RANK and above), false_alarms (of the clean ones, the share in
    RISKY_RANK and above) and false_alarm_ratio (to that of all) with _low and _high, missed (of those with a problem,
    the share in the low tier), burden (expected inspections a year of a clean enterprise by the standard's sampling),
    and p_calibration and p_false_alarms: how likely by chance alone, null where it cannot be asked.

    Snapshots of an enterprise count as one draw: intervals are Jeffreys ones at Kish's effective number of
    enterprises, tests are score tests with the largest variance that the clusters allow. Both are cautious.
    """
    group = _pooled(rows, trait)
    answers = _Answers.of(rows)
    everyone = _measures(answers, standard)
    table = [{"group": ALL, **everyone, "false_alarm_ratio": 1.0}]
    for name in _ordered(group, trait):
        members = answers.take((group == name).to_numpy())
        if members.enterprises >= LEAST_ENTERPRISES:
            table.append({"group": name, **_measures(members, standard), **_against(members, everyone)})
        else:
            table.append({"group": name, "enterprises": members.enterprises})
    return pd.DataFrame(table).reindex(columns=[*table[0], *_COMPARED, *TESTED])


def out_of_line(tables: Sequence[pd.DataFrame]) -> list[list[tuple[int, str]]]:
    """Which rows of which tables differ beyond noise, and in what (`calibration`, `false_alarms`)?

    Bonferroni over all questions asked: with twenty groups one in twenty is out of line by chance at 0.05.
    """
    asked = sum(int(table[column].notna().sum()) for table in tables for column in TESTED)
    bound = FALSE_ALARM_LEVEL / max(asked, 1)
    return [
        [
            (int(position), column.removeprefix("p_"))
            for column in TESTED
            for position in np.flatnonzero(table[column].to_numpy(dtype=float) < bound)
        ]
        for table in tables
    ]


TESTED = ("p_calibration", "p_false_alarms")
_COMPARED = ("false_alarm_ratio_low", "false_alarm_ratio_high")


def expected_inspections(rule: SamplingRule) -> float:
    """Planned inspections a year of one enterprise: the stated frequency, else the drawn share, up to the cap."""
    planned = rule.ratio if rule.frequency is None else rule.frequency
    return planned if rule.cap is None else min(planned, rule.cap)


def _ownership(ent_type: str) -> str:
    return _OWNERSHIP[max((start for start in _OWNERSHIP if ent_type.startswith(start)), key=len)]


def _column(examples: Examples, name: str) -> Array:
    if name not in examples.names:
        return np.full(len(examples.keys), np.nan)
    return examples.values[:, examples.names.index(name)].astype(float)


def _banded(values: Array, edges: Sequence[float], labels: Labels) -> "pd.Series[str]":
    """The band of each value, closed below and open above; null is unknown."""
    band = pd.cut(pd.Series(values), list(edges), right=False, labels=list(labels))
    return band.astype("str").where(band.notna(), UNKNOWN)


def _pooled(rows: pd.DataFrame, trait: Trait) -> "pd.Series[str]":
    """Small groups, and regions beyond the largest, go into one."""
    sizes = rows.groupby(trait.id)["enterprise_id"].nunique().sort_values(ascending=False, kind="stable")
    kept = sizes[sizes >= LEAST_ENTERPRISES]
    if not trait.labels:
        kept = kept[:MOST_REGIONS]
    return rows[trait.id].where(rows[trait.id].isin(kept.index), POOLED)


def _ordered(group: "pd.Series[str]", trait: Trait) -> list[str]:
    order = [*trait.labels, *sorted(set(group) - {*trait.labels, UNKNOWN, POOLED}), UNKNOWN, POOLED]
    return [name for name in order if (group == name).any()]


@dataclass(frozen=True)
class _Answers:
    """What the measures need of some rows, as arrays: enterprise holds whole numbers from 0."""

    enterprise: NDArray[np.int64]
    outcome: Array
    probability: Array
    rank: NDArray[np.int64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "_Answers":
        return cls(
            pd.factorize(rows["enterprise_id"])[0],
            rows["outcome"].to_numpy(dtype=float),
            rows["probability"].to_numpy(dtype=float),
            rows["tier_rank"].to_numpy(dtype=np.int64),
        )

    def take(self, which: NDArray[np.bool_]) -> "_Answers":
        return _Answers(self.enterprise[which], self.outcome[which], self.probability[which], self.rank[which])

    @property
    def enterprises(self) -> int:
        return len(np.unique(self.enterprise))


def _measures(rows: _Answers, standard: Standard) -> dict[str, float]:
    is_risky, clean = rows.rank >= RISKY_RANK, rows.outcome == 0
    visits = np.array([0.0, *(expected_inspections(standard.sampling[tier.id]) for tier in TIERS)])
    low, high = _interval(rows.outcome, rows.enterprise)
    predicted = rows.probability.mean()
    return {
        "n": len(rows.outcome),
        "enterprises": rows.enterprises,
        "base_rate": rows.outcome.mean(),
        "mean_probability": predicted,
        "calibration": rows.outcome.mean() / predicted,
        "calibration_low": low / predicted,
        "calibration_high": high / predicted,
        "share_risky": is_risky.mean(),
        "false_alarms": _mean(is_risky[clean]),
        "missed": _mean(rows.rank[~clean] == TIERS[0].rank),
        "burden": _mean(visits[rows.rank[clean]]),
    }


def _against(rows: _Answers, everyone: dict[str, float]) -> dict[str, float]:
    """A group beside all, these taken as known."""
    predicted = np.minimum(rows.probability * everyone["calibration"], 1)
    clean, usual = rows.take(rows.outcome == 0), everyone["false_alarms"]
    found = {"p_calibration": _score_test(rows.outcome - predicted, predicted, rows.enterprise)}
    if len(clean.outcome) and usual > 0:
        alarm = (clean.rank >= RISKY_RANK).astype(float)
        low, high = _interval(alarm, clean.enterprise)
        found |= {
            "false_alarm_ratio": alarm.mean() / usual,
            "false_alarm_ratio_low": low / usual,
            "false_alarm_ratio_high": high / usual,
            "p_false_alarms": _score_test(alarm - usual, np.full(len(alarm), usual), clean.enterprise),
        }
    return found


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _interval(happened: Array, enterprise: NDArray[np.int64]) -> tuple[float, float]:
    effective = effective_enterprises(enterprise)
    around = jeffreys(float(happened.mean()) * effective, effective)
    return around.low, around.high


def effective_enterprises(enterprise: NDArray[np.int64]) -> float:
    """As how many independent draws do rows count if those of one enterprise (a whole number) are one draw (Kish)?"""
    sizes = np.bincount(enterprise).astype(float)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def _score_test(excess: Array, expected: Array, enterprise: NDArray[np.int64]) -> float:
    """The two-sided probability of so large a sum of excesses if every enterprise's rows share one draw."""
    sizes, sums = np.bincount(enterprise), np.bincount(enterprise, expected)
    # size ** 2 * mean * (1 - mean)
    variance = float((sums * (sizes - sums)).sum())
    return float(2 * stats.norm.sf(abs(excess.sum()) / np.sqrt(variance))) if variance > 0 else float("nan")
