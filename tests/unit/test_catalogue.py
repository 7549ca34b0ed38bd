"""What holds for all declarations together: names, labels, directions, coverage, and the dictionary made of them."""

import re
from pathlib import Path

import pytest

from features.catalogue.everything import BY_NAME, INDICATORS
from features.dictionary import dictionary_markdown, dictionary_rows, write_dictionary
from features.evidence import _parts
from features.indicator import (
    Count,
    DaysSince,
    Decayed,
    Distinct,
    Indicator,
    Latest,
    Place,
    RecordMeasure,
    Repeats,
    Sum,
    Worst,
)
from features.measures import RANKED_WITHIN
from records.subjects import SUBJECTS

PREFIXES = (*SUBJECTS, "neighbourhood")
"""What an indicator's name begins with: the subject of its records, or the place it looks at."""
WINDOWS = {90, 180, 365, 730, 1095}
EXPECTED_BEFORE_WINDOWS = 262
FOLLOWING_OUR_TIERS = {"selections", "buffers", "reminders"}
"""What the bureau does upon its own tiers: a model that learned from it would confirm itself, and whoever a draw has
picked would be told apart from those whom somebody aimed at."""


def before_windows() -> set[str]:
    """The names without the window or half-life at their end."""
    return {re.sub(r"_\d+d$", "", indicator.name) for indicator in INDICATORS}


def test_there_are_at_least_ninety_declarations_before_windows_multiply_them():
    assert len(before_windows()) == EXPECTED_BEFORE_WINDOWS
    assert EXPECTED_BEFORE_WINDOWS >= 90


def test_every_subject_is_covered_but_for_what_follows_our_own_tiers():
    assert {indicator.subject for indicator in INDICATORS} == set(SUBJECTS) - FOLLOWING_OUR_TIERS


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_a_name_follows_subject_measure_window(indicator: Indicator):
    assert re.fullmatch(r"[a-z0-9_]+", indicator.name)
    prefix = next((name for name in PREFIXES if indicator.name.startswith(f"{name}_")), None)
    assert prefix is not None
    if isinstance(indicator.measure, RecordMeasure):
        assert prefix == indicator.subject
    if indicator.window_days is not None:
        assert indicator.name.endswith(f"_{indicator.window_days}d")
        assert indicator.window_days in WINDOWS


def test_labels_are_given_in_both_languages_and_unique():
    for language in ("zh", "en"):
        labels = [getattr(indicator, language) for indicator in INDICATORS]
        assert all(labels)
        assert len(set(labels)) == len(labels)
    assert all(re.search(r"[\u4e00-\u9fff]", indicator.zh) for indicator in INDICATORS)
    assert all(indicator.unit and indicator.source for indicator in INDICATORS)


@pytest.mark.parametrize(
    "indicator", [i for i in INDICATORS if i.name.startswith("penalties_")], ids=lambda indicator: indicator.name
)
def test_no_penalty_indicator_can_fall_in_risk_by_one_penalty_more(indicator: Indicator):
    """A mean, a share or a trend could; a latest value too, where a lighter penalty follows a heavier one."""
    assert isinstance(indicator.measure, Count | Sum | Worst | Decayed | Distinct | Repeats | DaysSince | Place)
    assert indicator.direction == (-1 if isinstance(indicator.measure, DaysSince) else 1)
    if isinstance(indicator.measure, Place):
        assert BY_NAME[indicator.measure.of].direction == 1


def test_only_one_indicator_per_name_and_every_reference_is_declared():
    assert len(BY_NAME) == len(INDICATORS)
    for indicator in INDICATORS:
        fields = vars(indicator.measure)
        for name in ("numerator", "denominator", "of", "first", "second"):
            assert fields.get(name, INDICATORS[0].name) in BY_NAME


def test_the_parts_of_an_indicator_agree_on_the_sector():
    """Evidence has one sector, or none, per indicator."""
    for indicator in INDICATORS:
        assert len({part.by_sector for part in _parts(indicator)}) <= 1


def test_a_latest_record_is_chosen_by_nothing_but_what_records_are_ranked_within():
    """`recency` ranks before conditions are applied, so the nth latest of some kind would be another record."""
    latest = [indicator for indicator in INDICATORS if isinstance(indicator.measure, Latest)]
    for indicator in latest:
        within = RANKED_WITHIN.get(indicator.subject, ())
        assert {condition.column for condition in indicator.where} <= set(within), indicator.name
        assert all(condition.operator == "in" and len(condition.value) == 1 for condition in indicator.where)
        assert not indicator.by_sector or {"sector", "graded_sector"} & set(within), indicator.name


def test_the_dictionary_has_every_indicator_in_words():
    rows = dictionary_rows()
    assert [row["name"] for row in rows] == [indicator.name for indicator in INDICATORS]
    assert all(row["computed_zh"] and row["computed_en"] for row in rows)
    markdown = dictionary_markdown()
    assert all(f"| `{indicator.name}` |" in markdown for indicator in INDICATORS)


def test_the_dictionary_tells_window_condition_and_measure():
    row = next(row for row in dictionary_rows() if row["name"] == "penalties_grave_count_365d")
    assert row["computed_zh"] == "记录条数；行政处罚，严重程度为general或serious"
    assert row["computed_en"] == "number of records; penalties, severity is general or serious"
    assert row["window_days"] == 365


def test_the_committed_dictionary_is_current(tmp_path: Path):
    write_dictionary(tmp_path / "indicators.md")
    committed = Path(__file__).parents[2] / "docs" / "indicators.md"
    message = "run `fenji dictionary --out docs/indicators.md`"
    assert committed.read_text(encoding="utf-8") == (tmp_path / "indicators.md").read_text(encoding="utf-8"), message
