"""The neighbourhood (社会评价): what is known about other enterprises around."""

from features.indicator import EITHER, GroupRate, Indicator, NeighbourRate, NeighbourSum

OURS = "project decision"
PROBLEMS, LOOKS = "inspections_general_decayed_730d", "inspections_decayed_730d"

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
)
