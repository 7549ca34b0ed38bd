"""What the benchmark of monitoring counts, and that its shocks break what they say and nothing before."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import watch_alarms
from benchmarks.watch_alarms import BROKEN, CAPITAL, SECTOR, VARIANTS, as_markdown, is_raised, summarise
from records.source import read_records, records_from_frames
from simulation.district import simulate

BEFORE, AFTER = "2023-12-31", f"{BROKEN}"


def looks(variant: str, as_of: str, **alerts: list[list[str]]) -> dict:
    state = "warning" if alerts else "quiet"
    return {"seed": 1, "variant": variant, "as_of": as_of, "state": state, "alerts": alerts}


def test_false_alarms_are_counted_among_unshifted_looks_and_shocks_by_district_and_date() -> None:
    rows = [
        looks("unshifted", "2024-01-01"),
        looks("unshifted", "2024-07-01", silence=[["warning", "leads", "某源"]]),
        looks("feed died", "2024-07-01", silence=[["broken", "complaints", "某源"]]),
        looks("feed died", "2025-01-01", silence=[["warning", "leads", "某源"]]),
    ]
    result = summarise(pd.DataFrame(rows))
    assert (result["looks"], result["warning"], result["broken"]) == (2, 0.5, 0.0)
    assert result["false_by_kind"] == {"silence": 0.5}
    assert result["raised"]["feed died"] == {"2024-07-01": 1, "2025-01-01": 0}
    assert "| feed died | 1 | 0 |" in as_markdown(result)


@pytest.mark.parametrize(
    ("variant", "alerts", "raised"),
    [
        ("problems doubled", {"calibration": [["warning", SECTOR]]}, True),
        ("problems doubled", {"calibration": [["warning", "price"]]}, False),
        ("unit changed", {"input_drift": [["broken", "enterprises_capital_log10_yuan"]]}, True),
        ("unit changed", {"margin_drift": [["broken", "all"]]}, False),
    ],
)
def test_only_what_was_broken_counts_as_told(variant: str, alerts: dict, raised: bool) -> None:
    assert is_raised(variant, alerts) is raised


def test_each_shock_leaves_what_was_known_before_it_as_it_was() -> None:
    days = pd.to_datetime([BEFORE, AFTER])
    found = {"occurred_on": [BEFORE, AFTER, AFTER], "severity": ["none", "none", "serious"]}
    tables = {
        "inspections": pd.DataFrame({"sector": SECTOR, **found}),
        watch_alarms.FEED: pd.DataFrame({"known_at": days}),
        "enterprises": pd.DataFrame(
            {"enterprise_id": ["甲", "乙"], "valid_from": days, "known_at": days, CAPITAL: 50_000.0}
        ),
    }  # fmt: skip
    doubled = VARIANTS["problems doubled"](dict(tables))["inspections"]["severity"]
    assert doubled.tolist() == ["none", "general", "serious"]
    assert VARIANTS["feed died"](dict(tables))[watch_alarms.FEED]["known_at"].tolist() == [pd.Timestamp(BEFORE)]
    register = VARIANTS["unit changed"](dict(tables))["enterprises"]
    assert register[CAPITAL].tolist() == [50_000.0, 5.0, 5.0]
    assert register["known_at"].tolist() == [pd.Timestamp(BEFORE), pd.Timestamp(AFTER), pd.Timestamp(BROKEN)]
    assert VARIANTS["unshifted"](dict(tables)) == tables


def test_what_a_shock_leaves_can_be_read_as_records(tmp_path: Path) -> None:
    simulate(tmp_path / "records", 60, 2, seed=1, end=date(2024, 7, 1), progress=False)
    tables = {name: table.to_pandas() for name, table in read_records(tmp_path / "records").tables.items()}
    counts = {name: count_enterprises(shock(dict(tables))) for name, shock in VARIANTS.items()}
    assert counts["unit changed"] > counts["unshifted"] == counts["feed died"] == counts["problems doubled"] > 0


def count_enterprises(tables: dict[str, pd.DataFrame]) -> int:
    return int(records_from_frames(tables).tables["enterprises"].count().execute())
