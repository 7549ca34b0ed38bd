"""Display, use and repair of penalties under the regimes before and from 2025-12-25."""

from datetime import date
from pathlib import Path

import pytest

from records.errors import ConfigError
from records.event_columns import SEVERITIES
from records.penalty_regimes import (
    SHIPPED_REGIMES,
    display_ends_on,
    read_regimes,
    regime_of,
    regimes,
    repair_possible_from,
    use_ends_on,
)

BEFORE, FIRST, AFTER = date(2025, 12, 24), date(2025, 12, 25), date(2025, 12, 26)


def test_the_decisions_own_date_says_which_regime_governs() -> None:
    assert [regime_of(day).id for day in (BEFORE, FIRST, AFTER)] == ["order_45", "order_107", "order_107"]
    assert regime_of(date(2021, 8, 31)).id == regime_of(date(2021, 9, 1)).id == "order_45"


@pytest.mark.parametrize("decided_on", [date(2023, 5, 4), BEFORE, FIRST])
def test_a_warning_is_never_displayed_and_needs_no_repair(decided_on: date) -> None:
    for severity in SEVERITIES:
        assert display_ends_on("warning", severity, decided_on) is None
        assert repair_possible_from("warning", severity, decided_on) is None


@pytest.mark.parametrize(
    ("severity", "ends", "repair"),
    [
        ("minor", date(2023, 8, 4), None),
        ("general", FIRST, date(2023, 11, 4)),
        ("serious", date(2026, 5, 4), date(2024, 5, 4)),
    ],
)
def test_a_fine_of_2023(severity: str, ends: date, repair: date | None) -> None:
    decided_on = date(2023, 5, 4)
    assert display_ends_on("fine", severity, decided_on) == ends
    assert repair_possible_from("fine", severity, decided_on) == repair


def test_what_ended_before_the_new_regime_ended_by_the_old_one() -> None:
    assert display_ends_on("fine", "general", date(2022, 12, 24)) == BEFORE
    assert display_ends_on("fine", "general", date(2022, 12, 25)) == FIRST


@pytest.mark.parametrize(
    ("decided_on", "ends"),
    [
        (date(2022, 12, 26), FIRST),  # three years would end on the 26th
        (date(2024, 12, 24), FIRST),
        (date(2024, 12, 25), FIRST),
        (date(2024, 12, 26), AFTER),
        (BEFORE, date(2026, 12, 24)),
        (FIRST, date(2026, 12, 25)),
        (AFTER, date(2026, 12, 26)),
    ],
)
def test_a_general_penalty_is_displayed_for_a_year_from_the_new_regime_on_and_not_cut_before_it(
    decided_on: date, ends: date
) -> None:
    assert display_ends_on("fine", "general", decided_on) == ends


@pytest.mark.parametrize(
    ("decided_on", "possible"),
    [
        (date(2025, 6, 24), date(2025, 12, 24)),  # six months, all of them under the old regime
        (date(2025, 6, 26), FIRST),
        (date(2025, 9, 25), FIRST),
        (date(2025, 9, 26), AFTER),
        (BEFORE, date(2026, 3, 24)),
        (FIRST, date(2026, 3, 25)),
        (AFTER, date(2026, 3, 26)),
    ],
)
def test_repair_of_a_general_penalty_waits_three_months_from_the_new_regime_on(
    decided_on: date, possible: date
) -> None:
    assert repair_possible_from("fine", "general", decided_on) == possible


@pytest.mark.parametrize("decided_on", [BEFORE, FIRST, AFTER])
def test_minor_and_serious_penalties_are_alike_under_both_regimes(decided_on: date) -> None:
    assert display_ends_on("fine", "minor", decided_on) == decided_on.replace(year=2026, month=3)
    assert repair_possible_from("fine", "minor", decided_on) is None
    assert display_ends_on("fine", "serious", decided_on) == decided_on.replace(year=2028)
    assert repair_possible_from("fine", "serious", decided_on) == decided_on.replace(year=2026)


def test_criticism_was_minor_under_the_old_regime_whatever_the_record_says() -> None:
    assert display_ends_on("criticism", "general", date(2024, 1, 10)) == date(2024, 4, 10)
    assert repair_possible_from("criticism", "general", date(2024, 1, 10)) is None
    assert display_ends_on("criticism", "general", FIRST) == date(2026, 12, 25)


def test_use_ends_with_the_display_and_a_warning_weighs_no_longer_than_a_fine() -> None:
    for severity in SEVERITIES:
        ends = display_ends_on("fine", severity, FIRST)
        assert use_ends_on("fine", severity, FIRST) == use_ends_on("warning", severity, FIRST) == ends


def test_a_term_of_months_ends_on_the_last_day_of_a_shorter_month() -> None:
    assert display_ends_on("fine", "minor", date(2025, 11, 30)) == date(2026, 2, 28)


def test_no_repair_is_possible_only_after_the_display_has_ended() -> None:
    for decided_on in (date(2021, 10, 1), date(2024, 12, 1), BEFORE, FIRST, AFTER):
        for severity in SEVERITIES:
            possible, ends = (rule("fine", severity, decided_on) for rule in (repair_possible_from, display_ends_on))
            assert ends is not None
            assert possible is None or decided_on < possible < ends


def complaints(folder: Path, text: str) -> list[str]:
    path = folder / "regimes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"regimes\.toml:\d+: ") as error:
        read_regimes(path)
    return [line.removeprefix(f"{path}:") for line in str(error.value).splitlines()]


def test_the_shipped_regimes_are_read() -> None:
    assert read_regimes(SHIPPED_REGIMES) == regimes()
    assert all(regime.zh and regime.en for regime in regimes())


def line_number(start: str) -> int:
    lines = SHIPPED_REGIMES.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


def test_all_problems_of_a_file_are_reported_together_with_their_lines(tmp_path: Path) -> None:
    text = SHIPPED_REGIMES.read_text(encoding="utf-8")
    wrong = (
        text.replace('"criticism"', '"scolding"')
        .replace("shortens_earlier = true", 'shortens_earlier = "yes"')
        .replace("\nmonths = 12", "\nmonths = 0")
        .replace("[order_107.serious]", "[order_107.grave]")
    )
    found = complaints(tmp_path, wrong)
    starts = [
        (line_number("kinds"), "order_45.minor.kinds.1 must be one of warning, criticism, fine,"),
        (line_number("[order_107]"), "order_107.serious is required and missing"),
        (line_number("shortens_earlier = true"), "order_107.shortens_earlier must be true or false, got 'yes'"),
        (line_number("months = 12"), "order_107.general.months must be a whole number of at least 1, got 0"),
        (line_number("[order_107.serious]"), "order_107.grave is not a key here"),
    ]
    assert len(found) == len(starts)
    assert all(line.startswith(f"{at}: {start}") for line, (at, start) in zip(found, starts, strict=True))


def test_regimes_out_of_order_are_refused(tmp_path: Path) -> None:
    text = SHIPPED_REGIMES.read_text(encoding="utf-8").replace("2025-12-25", "2021-09-01")
    (line,) = complaints(tmp_path, text)
    assert "regimes must stand in the order of their dates, got 2021-09-01 before 2021-09-01" in line


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert complaints(tmp_path, "") == ["1: the file must hold at least one regime, got none; add one."]
