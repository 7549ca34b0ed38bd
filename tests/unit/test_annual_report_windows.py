"""When annual reports are due: the window's ends, founding years, extended deadlines, and files that are wrong."""

from datetime import date
from pathlib import Path

import pytest

from records.annual_report_windows import (
    SHIPPED_WINDOWS,
    ReportState,
    ReportWindows,
    read_windows,
    report_state,
    shipped_windows,
)
from records.errors import ConfigError
from records.register_subjects import ANNUAL_REPORTS

FOUNDED = date(2015, 3, 1)
RULE = """\
[[window]]
first_year = 2014
opens = "01-01"
closes = "06-30"
source = "条例第八条"
"""
EXTENDED = f"""\
{RULE}
[[extension]]
year = 2019
closes = 2020-07-31
source = "甲通知"
[[extension]]
year = 2019
region = "42"
closes = 2020-12-31
source = "乙通知"
[[extension]]
year = 2019
region = "4201"
closes = 2021-01-31
source = "丙通知"
"""


def read(folder: Path, text: str) -> ReportWindows:
    (folder / "windows.toml").write_text(text, encoding="utf-8")
    return read_windows(folder / "windows.toml")


def complaints(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError, match=r"windows\.toml:\d+: ") as error:
        read(folder, text)
    return [line.removeprefix(f"{folder}/windows.toml:") for line in str(error.value).splitlines()]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2023, 12, 31), ReportState.NOT_DUE),
        (date(2024, 1, 1), ReportState.OPEN),
        (date(2024, 6, 29), ReportState.OPEN),
        (date(2024, 6, 30), ReportState.OPEN),
        (date(2024, 7, 1), ReportState.NOT_FILED),
        (date(2026, 1, 1), ReportState.NOT_FILED),
    ],
)
def test_a_report_not_filed_is_open_through_30_june_of_the_next_year(as_of: date, expected: ReportState) -> None:
    assert report_state(2023, FOUNDED, None, as_of) is expected


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        (date(2024, 1, 1), ReportState.ON_TIME),
        (date(2024, 6, 30), ReportState.ON_TIME),
        (date(2024, 7, 1), ReportState.LATE),
        (date(2025, 3, 1), ReportState.LATE),
    ],
)
def test_a_report_is_on_time_up_to_the_last_day(filed_on: date, expected: ReportState) -> None:
    assert report_state(2023, FOUNDED, filed_on, date(2025, 6, 1)) is expected


@pytest.mark.parametrize(
    ("filed_on", "as_of", "expected"),
    [
        (date(2024, 5, 5), date(2024, 5, 5), ReportState.OPEN),
        (date(2024, 5, 5), date(2024, 5, 6), ReportState.ON_TIME),
        (date(2024, 9, 9), date(2024, 9, 9), ReportState.NOT_FILED),
        (date(2024, 9, 9), date(2024, 9, 10), ReportState.LATE),
    ],
)
def test_a_report_filed_on_the_as_of_date_is_not_filed_yet(filed_on: date, as_of: date, expected: ReportState) -> None:
    assert report_state(2023, FOUNDED, filed_on, as_of) is expected


def test_an_enterprise_reports_on_its_founding_year_first() -> None:
    after = date(2025, 1, 1)
    assert report_state(2023, date(2024, 1, 1), None, after) is ReportState.NOT_DUE
    assert report_state(2023, date(2023, 12, 31), None, after) is ReportState.NOT_FILED
    assert report_state(2024, date(2024, 1, 1), None, after) is ReportState.OPEN


def test_the_last_three_states_are_those_of_the_records() -> None:
    assert tuple(ReportState)[2:] == ANNUAL_REPORTS.column("state").codes


def test_the_longest_region_that_fits_rules_an_extended_deadline(tmp_path: Path) -> None:
    windows = read(tmp_path, EXTENDED)
    ends = {region: windows.of(2019, region).closes for region in (None, "", "440511", "420500", "420106")}
    assert ends == {
        None: date(2020, 7, 31),
        "": date(2020, 7, 31),
        "440511": date(2020, 7, 31),
        "420500": date(2020, 12, 31),
        "420106": date(2021, 1, 31),
    }
    assert windows.of(2019, "420106").source == "丙通知"
    assert windows.of(2020, "420106").closes == date(2021, 6, 30)


def test_an_extended_deadline_moves_the_state(tmp_path: Path) -> None:
    windows = read(tmp_path, EXTENDED)
    state = {
        region: report_state(2019, FOUNDED, None, date(2020, 12, 31), region, windows)
        for region in ("440511", "420500")
    }
    assert state == {"440511": ReportState.NOT_FILED, "420500": ReportState.OPEN}


def test_a_year_without_a_window_is_refused() -> None:
    with pytest.raises(ConfigError, match="known for 2014-, got 2013; add the window of that year"):
        report_state(2013, FOUNDED, None, date(2024, 1, 1))


def test_the_shipped_windows_state_the_general_rule_and_no_extension() -> None:
    assert read_windows(SHIPPED_WINDOWS) == shipped_windows()
    assert shipped_windows().extensions == ()
    window = shipped_windows().of(2024)
    assert (window.opens, window.closes) == (date(2025, 1, 1), date(2025, 6, 30))


def test_all_problems_are_reported_together_with_their_lines(tmp_path: Path) -> None:
    wrong = """\
colour = "red"
[[window]]
first_year = 2014
opens = "1-1"
closes = "02-29"
[[extension]]
year = 20190
closes = "2020-12-31"
source = ""
"""
    lines = complaints(tmp_path, wrong)
    starts = [
        "1: colour is not a key here",
        "2: window.1.source is required",
        "4: window.1.opens must be a month and day of every year, got '1-1'",
        "5: window.1.closes must be a month and day of every year, got '02-29'",
        "7: extension.1.year must be a year from 1980 to 2100, got 20190",
        "8: extension.1.closes must be a date, got '2020-12-31'",
        "9: extension.1.source must be a text that is not empty",
    ]
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("window = []", "1: window must hold at least one rule"),
        (f"{RULE}{RULE.replace('2014', '2020')}", "7: windows must not overlap, got those from 2014 and 2020"),
        (RULE.replace("2014", "2014\nlast_year = 2013"), "3: last_year must not lie before first_year"),
        (RULE.replace('"01-01"', '"07-01"'), "4: closes must not lie before opens"),
        (EXTENDED.replace("2020-07-31", "2020-06-30"), "9: an extension must end after the usual 2020-06-30"),
        (EXTENDED.replace('"4201"', '"42"'), "17: a year and region must be extended once, got 2019, 42 again"),
        (EXTENDED.replace("year = 2019\nclose", "year = 2012\nclose"), "8: an extension must be of a year that has"),
        ("[[window]\n", "1: the file must be TOML"),
    ],
)
def test_windows_that_contradict_each_other_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (line,) = complaints(tmp_path, text)
    assert line.startswith(sentence)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "windows.toml").write_bytes(RULE.encode("gb18030"))
    with pytest.raises(ConfigError, match="must be text in UTF-8"):
        read_windows(tmp_path / "windows.toml")


def test_rules_that_follow_each_other_are_told_by_year(tmp_path: Path) -> None:
    later = RULE.replace("2014", "2030").replace("06-30", "04-30")
    windows = read(tmp_path, f"{RULE.replace('2014', '2014' + chr(10) + 'last_year = 2029')}{later}")
    assert windows.of(2029).closes == date(2030, 6, 30)
    assert windows.of(2030).closes == date(2031, 4, 30)
