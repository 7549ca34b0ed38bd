"""Tiers go to the sampling module with what it needs to draw, and without what must stay secret."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.catalogue.everything import BY_NAME
from records.errors import ConfigError
from records.systems.double_random import EXCLUSIONS, TIER_COLUMNS, TIER_SOURCES
from records.systems.exporting import export_tiers
from records.systems.files.reading import read_file
from serving.platform_tiers import CONFIDENTIAL, TIER_SOURCE, platform_rows
from serving.release import load_release
from serving.scoring.population import write_snapshot
from serving.snapshot import Snapshot, load_snapshot
from serving.verdicts import SOURCES
from tests import served_district as district
from tests.checked_district import CHECKED, DRAWN, LISTED, OFTEN, SECTOR, records_with_checks


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("tiers")
    release = load_release(district.save_release(folder))
    frame = district.frame()
    is_listed = (frame.keys["enterprise_id"] == LISTED).to_numpy()
    frame.values[is_listed, frame.names.index("listings_serious_active")] = 1
    write_snapshot(frame, records_with_checks(), release, folder / "snapshot")
    return load_snapshot(folder / "snapshot")


@pytest.fixture(scope="module")
def rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    return platform_rows(snapshot, district.standards())


def of(rows: list[dict[str, Any]], enterprise: str, sector: str = SECTOR) -> dict[str, Any]:
    return next(row for row in rows if row["pripid"] == enterprise and row["sector"] == sector)


def test_every_row_has_the_declared_columns_and_codes(rows: list[dict[str, Any]]) -> None:
    names = {column.name for column in TIER_COLUMNS}
    assert all(set(row) == names for row in rows)
    assert {row["tier_source"] for row in rows} <= set(TIER_SOURCES)
    assert {row["exclusion_code"] for row in rows} <= {None, *EXCLUSIONS}
    assert {row["tier_1_4"] for row in rows} <= {1, 2, 3, 4}
    assert set(TIER_SOURCE) == set(SOURCES) - {""}


def test_only_what_has_a_tier_goes_out(rows: list[dict[str, Any]], snapshot: Snapshot) -> None:
    scored = snapshot.counts["status"]["scored"]
    assert len(rows) == scored
    assert district.enterprise_id(district.OUT_OF_SCOPE) not in {row["pripid"] for row in rows}


def test_a_row_names_run_release_standard_and_rules_of_sampling(rows: list[dict[str, Any]], snapshot: Snapshot) -> None:
    row = of(rows, CHECKED)
    standard = district.standards()[SECTOR]
    assert (row["run_id"], row["model_version"], row["asof"]) == (snapshot.digest, snapshot.release, district.AS_OF)
    assert (row["scheme"], row["statutory_min"]) == (f"{SECTOR}/{standard.version}", "1/2")
    tier = ("low", "medium", "medium_high", "high")[row["tier_1_4"] - 1]
    assert (row["freq_cap"], row["suggested_items"]) == (
        standard.sampling[tier].cap,
        list(standard.sampling[tier].items),
    )
    assert (row["station"], row["reg_org"], row["industry"]) == ("石炮台所", "440511", "F5221")


def test_checks_are_counted_in_the_year_of_the_as_of_date_without_void_ones(rows: list[dict[str, Any]]) -> None:
    row = of(rows, CHECKED)
    assert (row["checks_ytd"], row["last_check_date"]) == (1, date(2024, 2, 1))
    untouched = of(rows, district.enterprise_id(12), district.POINTS)
    assert (untouched["checks_ytd"], untouched["last_check_date"]) == (0, None)


def test_who_rests_was_drawn_or_has_reached_the_cap_is_not_to_be_drawn(rows: list[dict[str, Any]]) -> None:
    assert of(rows, DRAWN)["exclusion_code"] == "drawn_this_year"
    assert of(rows, district.enterprise_id(district.DORMANT))["exclusion_code"] == "dormant"
    often = of(rows, OFTEN)
    assert often["checks_ytd"] == 6
    assert often["exclusion_code"] == ("cap_reached" if often["freq_cap"] is not None else None)


def test_a_listed_enterprise_is_an_override_and_a_point_table_has_no_probability(rows: list[dict[str, Any]]) -> None:
    listed = of(rows, LISTED)
    assert (listed["tier_1_4"], listed["tier_source"]) == (4, "override")
    points = [row for row in rows if row["sector"] == district.POINTS and row["tier_source"] == "general"]
    assert {row["score"] for row in points} == {None}


def test_no_reason_rests_on_reports_or_leads(rows: list[dict[str, Any]]) -> None:
    said = {reason for row in rows for reason in row["top_reasons"]}
    assert said
    assert all(reason[0] in "↑↓" for reason in said)
    secret = {indicator.zh for indicator in BY_NAME.values() if indicator.subject in CONFIDENTIAL}
    assert not {word for word in secret for reason in said if reason[1:].startswith(word)}


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_tiers_are_written_in_any_format(rows: list[dict[str, Any]], tmp_path: Path, suffix: str) -> None:
    assert export_tiers(rows, tmp_path / f"tiers.{suffix}").written == len(rows)
    grid = read_file(tmp_path / f"tiers.{suffix}").sheets[0].grid
    assert grid[0] == [column.name for column in TIER_COLUMNS]
    assert len(grid) == len(rows) + 1


def test_a_row_without_a_declared_column_is_refused(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    bare = {name: value for name, value in rows[0].items() if name != "freq_cap"}
    with pytest.raises(ConfigError, match=r"freq_cap is missing\."):
        export_tiers([bare], tmp_path / "x.csv")
    with pytest.raises(ConfigError, match=r"written as \.csv, \.xlsx"):
        export_tiers(rows, tmp_path / "x.txt")
    with pytest.raises(ConfigError, match="An encoding must be one of"):
        export_tiers(rows, tmp_path / "x.csv", "latin-1")
