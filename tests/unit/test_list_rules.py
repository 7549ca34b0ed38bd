"""The abnormal list and the list of serious violations: terms, early removal, causes and reasons of removal."""

from datetime import date
from pathlib import Path

import pytest

from records.errors import ConfigError
from records.list_rules import (
    ABNORMAL_CAUSES,
    SHIPPED_RULES,
    early_removal_possible_from,
    list_ends_on,
    read_list_rules,
    removal_reasons,
    shipped_list_rules,
)


@pytest.mark.parametrize(
    ("listed_on", "ends", "early"),
    [
        (date(2020, 5, 6), date(2023, 5, 6), date(2021, 5, 6)),
        (date(2023, 5, 6), date(2026, 5, 6), date(2024, 5, 6)),
        (date(2024, 2, 29), date(2027, 2, 28), date(2025, 2, 28)),
    ],
)
def test_a_serious_listing_ends_after_three_years_or_early_after_one(listed_on: date, ends: date, early: date) -> None:
    assert list_ends_on("serious", listed_on) == ends
    assert early_removal_possible_from("serious", listed_on) == early


def test_an_abnormal_listing_ends_by_removal_alone() -> None:
    assert list_ends_on("abnormal", date(2023, 5, 6)) is None
    assert early_removal_possible_from("abnormal", date(2023, 5, 6)) is None


def test_each_cause_has_its_number_and_its_own_reasons_of_removal() -> None:
    causes = shipped_list_rules().abnormal
    assert {cause: content.code for cause, content in causes.items()} == {
        "annual_report": "1",
        "disclosure_order": "2",
        "falsehood": "3",
        "unreachable": "4",
    }
    own = {cause: [one.code for one in removal_reasons(cause, date(2025, 1, 1))] for cause in ABNORMAL_CAUSES}
    assert own == {
        "annual_report": ["report_filed", "deregistered"],
        "disclosure_order": ["disclosure_performed", "deregistered"],
        "falsehood": ["disclosure_corrected", "deregistered"],
        "unreachable": ["address_changed", "contact_restored", "deregistered"],
    }


def test_the_move_to_the_serious_list_after_three_years_belongs_to_the_old_rule() -> None:
    def moved(on: date | None) -> bool:
        return "transferred" in [one.code for one in removal_reasons("unreachable", on)]

    assert [moved(day) for day in (date(2021, 8, 31), date(2021, 9, 1), date(2021, 9, 2))] == [True, False, False]
    assert moved(None)


def test_a_cause_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"one of the abnormal list's, annual_report, .*got 'serious_violation'"):
        removal_reasons("serious_violation")


NEXT_RULE = """\
[serious.next]
zh = "新"
en = "new"
valid_from = 2021-09-01
months = 1
early_removal_after_months = 1
[abnormal.annual_report]"""


def complaints(folder: Path, *replacements: tuple[str, str]) -> list[str]:
    text = SHIPPED_RULES.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"rules\.toml:\d+: ") as error:
        read_list_rules(path)
    return [line.removeprefix(f"{path}:") for line in str(error.value).splitlines()]


def line_number(start: str) -> int:
    lines = SHIPPED_RULES.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


def test_all_problems_of_a_file_are_reported_together_with_their_lines(tmp_path: Path) -> None:
    found = complaints(
        tmp_path,
        ("months = 36", "months = -1"),
        ("[abnormal.falsehood]", "[abnormal.lies]"),
        ('code = "4"', "code = 4"),
    )
    starts = [
        (line_number("months = 36"), "serious.order_44.months must be a whole number of at least 1, got -1"),
        (line_number("[abnormal.annual_report]"), "abnormal.falsehood is required and missing"),
        (line_number("[abnormal.falsehood]"), "abnormal.lies is not a key here"),
        (line_number('code = "4"'), "abnormal.unreachable.code must be a text that is not empty, got 4"),
    ]
    assert len(found) == len(starts)
    assert all(line.startswith(f"{at}: {start}") for line, (at, start) in zip(found, starts, strict=True))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "4"', 'code = "3"', "a code must belong to one cause, got '3' of falsehood again"),
        ('"report_filed", ', '"forgotten", ', "a reason must be one of report_filed, "),
        ("[abnormal.annual_report]", NEXT_RULE, "rules must stand in the order of their dates, got 2021-09-01 before"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    (line,) = complaints(tmp_path, (old, new))
    assert sentence in line
