"""Whatever was changed after a draw was registered or drawn is found out, from the folder and the seed alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from sampling.draw.mistake import DrawError
from sampling.draw.plan import SCHEMA, planned, read_plan, write_plan
from sampling.draw.verify import verify
from tests.drawn_pool import SEED_AT, folder_of, inspector, unit, units

SEED = "3 1 4 1 5"
Rows = list[dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A draw of two sectors, with certain and excluded enterprises, that was drawn."""
    pool = [
        *units(20),
        *units(10, tier="high", station=""),
        unit("low-900", part="certain", reason="statutory_minimum"),
        unit("low-901", part="excluded", reason="dormant"),
        *units(10, "drugs"),
    ]
    people = [inspector(f"JC{number:02d}", "food_operation", "drugs") for number in range(6)]
    made = folder_of(tmp_path / "draw", sorted(pool, key=lambda one: (one.sector, one.enterprise_id)), people)
    write_plan(made, planned(made, SEED))
    return made


def test_a_plan_as_it_was_drawn_verifies(folder: Path) -> None:
    rows = verify(folder, SEED)
    assert rows == read_plan(folder)
    assert {row["enterprise_id"]: row["basis"] for row in rows}["low-900"] == "statutory"
    assert "low-901" not in {row["enterprise_id"] for row in rows}


def test_one_visit_serves_all_sectors(folder: Path) -> None:
    by_enterprise: dict[str, Rows] = {}
    for row in verify(folder, SEED):
        by_enterprise.setdefault(row["enterprise_id"], []).append(row)
    joint = [rows for rows in by_enterprise.values() if len(rows) > 1]
    assert joint
    for rows in joint:
        assert rows[0]["inspectors"] == rows[1]["inspectors"]
        assert rows[0]["joint_sectors"] == ["drugs", "food_operation"]


def test_another_seed_does_not_verify(folder: Path) -> None:
    with pytest.raises(DrawError, match="the plan was changed"):
        verify(folder, "3 1 4 1 6")


def _first(**changed: Any) -> Callable[[Rows], Rows]:
    return lambda rows: [rows[0] | changed, *rows[1:]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[1:], "the plan lacks it"),
        (_first(enterprise_id="E9999"), "the plan lacks it"),
        (lambda rows: [*rows, rows[0] | {"enterprise_id": "E9999"}], "the seed does not draw it"),
        (lambda rows: [*rows, rows[0]], "must name each enterprise once"),
        (_first(inspectors=["JC00", "JC99"]), "the inspectors"),
        (_first(inclusion_probability=0.9), "the inclusion_probability"),
        (_first(seed="1"), "the seed"),
        (_first(basis="statutory"), "the basis"),
    ],
)
def test_a_plan_that_was_changed_is_found_out(folder: Path, change: Callable[[Rows], Rows], sentence: str) -> None:
    parquet.write_table(pa.Table.from_pylist(change(read_plan(folder)), SCHEMA), folder / "plan.parquet")
    with pytest.raises(DrawError, match=sentence):
        verify(folder, SEED)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pool.csv", "low-901,low,某所,excluded,dormant", "low-901,low,某所,random,"),
        ("pool.csv", "low-003,low,某所", "low-003,low,东所"),
        ("inspectors.csv", "JC01", "JC0X"),
        ("terms.json", '"year": 2026', '"year": 2027'),
    ],
)
def test_a_file_that_was_changed_since_the_registration_is_found_out(
    folder: Path, name: str, old: str, new: str
) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DrawError, match="they were changed since, take them back"):
        verify(folder, SEED)


def _registered(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "registered.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["food_operation"])
    path.write_text(json.dumps(content), encoding="utf-8")


def _a_sample(one: dict[str, Any]) -> None:
    one["draw"]["strata"][0]["sample_size"] -= 1


def _a_chance(one: dict[str, Any]) -> None:
    one["draw"]["strata"][-1]["inclusion_probability"] = 0.9


@pytest.mark.parametrize("change", [_a_sample, _a_chance])
def test_sizes_and_chances_that_do_not_follow_are_found_out(
    folder: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    _registered(folder, change)
    with pytest.raises(DrawError, match="Sizes and chances must follow from the pool and the ratios"):
        verify(folder, SEED)


def test_a_draw_that_was_registered_when_its_seed_was_there_does_not_count(folder: Path) -> None:
    _registered(folder, lambda one: one.update(registered_at=SEED_AT.isoformat()))
    with pytest.raises(DrawError, match="A draw must be registered before its seed exists"):
        verify(folder, SEED)


@pytest.mark.parametrize(
    ("name", "text"), [("pool.csv", "no,pool\n1,2\n"), ("terms.json", "{}"), ("registered.json", "[]")]
)
def test_a_file_that_is_another_is_refused(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(DrawError, match=f"{name} must be as it was written"):
        verify(folder, SEED)
