"""The neighbourhood (社会评价): what is known about other enterprises around."""

from features.indicator import EITHER, GroupRate, Indicator, NeighbourRate, NeighbourSum

OURS = "project decision"
PROBLEMS, LOOKS = "inspections_general_decayed_730d", "inspections_decayed_730d"
RECENT_PROBLEMS, RECENT_LOOKS = "inspections_general_decayed_60d", "inspections_decayed_60d"
"""What was found around in the last months: outbreaks and campaigns, and in part who inspects there."""
RECENT_SPEAKS_DAYS = 180
"""Three half-lives, after which an eighth is left. Over a year the recent rates of a region told a model little more
than the date itself, and cost it 0.02 of AUC in a year unlike those before (project decision, measured)."""


def _recent(name: str, zh: str, en: str, measure: GroupRate | NeighbourRate) -> Indicator:
    return Indicator(
        f"neighbourhood_recent_{name}",
        f"近期{zh}（两月半衰）",
        f"Recent {en}, half-life two months",
        "social",
        "inspections",
        measure,
        "rate",
        EITHER,
        OURS,
        speaks_days=RECENT_SPEAKS_DAYS,
    )


INDICATORS = (
    Indicator(
        "neighbourhood_problem_rate_300m",
        "周边300米检查问题率",
        "Problem rate within 300 m",
        "social",
        "inspections",
        NeighbourRate(300, PROBLEMS, LOOKS, 10.0),
        "rate",
        EITHER,
        OURS,
    ),
    Indicator(
        "neighbourhood_serious_rate_300m",
        "周边300米严重问题率",
        "Serious-problem rate within 300 m",
        "social",
        "inspections",
        NeighbourRate(300, "inspections_serious_decayed_730d", LOOKS, 10.0),
        "rate",
        EITHER,
        OURS,
    ),
    Indicator(
        "neighbourhood_complaints_300m",
        "周边300米投诉举报（一年半衰）",
        "Complaints and reports within 300 m, weighted by recency",
        "social",
        "complaints",
        NeighbourSum(300, "complaints_decayed_365d"),
        "weighted records",
        EITHER,
        OURS,
    ),
    Indicator(
        "neighbourhood_inspections_300m",
        "周边300米检查次数（两年半衰）",
        "Inspections within 300 m, weighted by recency",
        "social",
        "inspections",
        NeighbourSum(300, LOOKS),
        "weighted records",
        EITHER,
        OURS,
    ),
    Indicator(
        "neighbourhood_rate_of_region",
        "本区域检查问题率",
        "Problem rate of the region",
        "social",
        "inspections",
        GroupRate(("region",), PROBLEMS, LOOKS, 20.0),
        "rate",
        EITHER,
        OURS,
    ),
    Indicator(
        "neighbourhood_rate_of_region_sector",
        "本区域同领域检查问题率",
        "Problem rate of the sector in the region",
        "social",
        "inspections",
        GroupRate(("region", "sector"), PROBLEMS, LOOKS, 20.0),
        "rate",
        EITHER,
        OURS,
    ),
    _recent(
        "rate_of_region",
        "本区域检查问题率",
        "problem rate of the region",
        GroupRate(("region",), RECENT_PROBLEMS, RECENT_LOOKS, 10.0),
    ),
    _recent(
        "serious_rate_of_region",
        "本区域严重问题率",
        "rate of serious problems of the region",
        GroupRate(("region",), "inspections_serious_decayed_60d", RECENT_LOOKS, 10.0),
    ),
    _recent(
        "rate_300m",
        "周边300米检查问题率",
        "problem rate within 300 m",
        NeighbourRate(300, RECENT_PROBLEMS, RECENT_LOOKS, 5.0),
    ),
)
