"""`fenji draw`: registered before the seed, drawn by it, verified by anybody, and every change found out."""

import ast
import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from commands import draw as command
from records.systems.everything import system_of
from records.systems.importing import import_files
from serving import clock
from serving.current import Current
from serving.release import load_release
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from tests import served_district as district
from tests.checked_district import records_with_checks
from tests.deliveries import stored, terms
from tests.draw_service import DrawService
from tests.held_tokens import NOW
from tests.run_command import Command, Ended, command_in

SEED = "3 1 4 1 5"
SEED_AT = NOW + timedelta(days=3)
TERMS = f"""
plan = "2026-03"
year = 2026
sectors = ["food_operation", "drugs"]
seed_source = "体彩排列五第26055期"
seed_at = {SEED_AT.isoformat()}
inspectors = "inspectors.csv"
office = "信用风险监管股"
exclusions = "exclusions.csv"

[ratios.drugs]
low = 0.5
"""
PEOPLE = [f"JC{number:02d},food_operation;drugs,," for number in range(5)]
INSPECTORS = "\n".join(["id,sectors,station,conflicts", *PEOPLE])


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tmp_path_factory.mktemp("served")
    released = district.save_release(folder)
    write_snapshot(district.frame(), records_with_checks(), load_release(released), folder / "snapshot")
    return Current(released, folder / "snapshot").load()


class Bureau:
    """A folder with the draw's file and lists, the command, and a service whose clock is set."""

    def __init__(self, scorer: Scorer, folder: Path, command: Command) -> None:
        self.service = DrawService(scorer, folder)
        self.folder, self.run = folder, command
        self.write("draw.toml", TERMS)
        self.write("inspectors.csv", INSPECTORS)
        self.write("exclusions.csv", f"enterprise_id,sector,reason\n{district.enterprise_id(13)},drugs,立案调查中\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def register(self) -> Ended:
        return self.run("draw", "register", "draw.toml", "--out", "draw")

    def draw(self, seed: str = SEED) -> Ended:
        return self.run("draw", "run", "draw", "--seed", seed)

    def verify(self, seed: str = SEED, *options: str) -> Ended:
        return self.run("draw", "verify", "draw", "--seed", seed, *options)


@pytest.fixture
def bureau(
    scorer: Scorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Bureau:
    made = Bureau(scorer, tmp_path, command_in(tmp_path, monkeypatch, capfd))
    monkeypatch.setattr(command, "client_of", lambda url: made.service.client())
    monkeypatch.setattr(clock, "now", lambda: made.service.module.now)
    return made


@pytest.fixture
def drawn(bureau: Bureau) -> Bureau:
    """A draw that was registered and run."""
    assert bureau.register().code == 0
    bureau.service.set_time(SEED_AT)
    ended = bureau.draw()
    assert ended.code == 0, ended.error
    return bureau


def rows_of(bureau: Bureau) -> list[dict[str, Any]]:
    return parquet.read_table(bureau.folder / "draw" / "plan.parquet").to_pylist()


def pool_of(bureau: Bureau) -> list[dict[str, str]]:
    with (bureau.folder / "draw" / "pool.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_draw_goes_from_its_file_to_a_plan_that_anybody_can_verify(drawn: Bureau) -> None:
    rows, pool = rows_of(drawn), pool_of(drawn)
    assert {row["sector"] for row in pool} == {row["sector"] for row in rows} == {"food_operation", "drugs"}
    places = {(row["sector"], row["enterprise_id"]): row for row in pool}
    assert places["drugs", district.enterprise_id(13)]["reason"] == "agreed: 立案调查中"
    for row in rows:
        place = places[row["sector"], row["enterprise_id"]]
        assert {"random": "random", "certain": "statutory"}[place["part"]] == row["basis"]
        assert len(set(row["inspectors"])) == len(row["inspectors"]) >= 2
        assert row["inclusion_probability"] == row["sample_size"] / row["pool_size"]
    assert {row["basis"] for row in rows} == {"random", "statutory"}
    for sector in ("food_operation", "drugs"):
        kept = drawn.service.module.get(f"/v1/draws/2026-03:{sector}/plan").json()
        assert [one["enterprise_id"] for one in kept["plan"]["units"]] == [
            row["enterprise_id"] for row in rows if row["sector"] == sector
        ]
    assert "核验一致 verified" in drawn.verify().out
    assert drawn.verify(SEED, "--url", "http://service").code == 0


def test_the_lines_in_the_documentation_draw_the_same(
    drawn: Bureau, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    document = (Path(command.__file__).parents[1] / "docs" / "draws.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```python\n(.*?)```", document, flags=re.DOTALL)
    monkeypatch.chdir(drawn.folder / "draw")
    exec(lines, {})
    ids = [one for told in re.findall(r"\[.*\]", capfd.readouterr().out) for one in ast.literal_eval(told)]
    assert sorted(ids) == sorted(row["enterprise_id"] for row in rows_of(drawn))


def test_the_same_run_again_changes_nothing_and_another_seed_is_refused(drawn: Bureau) -> None:
    before = (drawn.folder / "draw" / "plan.parquet").read_bytes()
    assert drawn.draw().code == 0
    assert (drawn.folder / "draw" / "plan.parquet").read_bytes() == before
    other = drawn.draw("3 1 4 1 6")
    assert other.code == 5
    assert "plan_differs" in other.sentence()


def test_the_workbook_is_taken_by_the_platform_as_draws(drawn: Bureau, tmp_path: Path) -> None:
    path = drawn.folder / "draw" / "plan.xlsx"
    outcome = import_files(system_of("double_random"), [path], tmp_path / "records", terms(datetime(2026, 3, 6)))  # noqa: DTZ001
    assert outcome.refused == ()
    kept = {(row["sector"], row["enterprise_id"]): row for row in stored(tmp_path / "records", "selections")}
    rows = {(row["sector"], row["enterprise_id"]): row for row in rows_of(drawn)}
    assert set(kept) == set(rows)
    for key, row in rows.items():
        for name in ("basis", "stratum", "pool_size", "sample_size", "inclusion_probability"):
            assert kept[key][name] == row[name]
        # Identifiers are kept in capitals and without blanks.
        assert (kept[key]["seed"], kept[key]["task_code"]) == (SEED.replace(" ", ""), row["task_code"].upper())


def test_a_draw_of_the_same_year_does_not_draw_again_whom_an_earlier_one_drew(drawn: Bureau) -> None:
    drawn.service.set_time(NOW)
    second = TERMS.replace('"2026-03"', '"2026-04"').replace("[ratios", 'earlier = ["draw"]\n\n[ratios')
    drawn.write("second.toml", second)
    ended = drawn.run("draw", "register", "second.toml", "--out", "second")
    # Everybody of food_operation was either drawn, or is excluded.
    assert ended.code == 3
    assert "Somebody must be left to draw from, got 0 of" in ended.sentence()
    drawn.write("second.toml", second.replace('"food_operation", ', ""))
    assert drawn.run("draw", "register", "second.toml", "--out", "second").code == 0
    earlier = {row["enterprise_id"] for row in rows_of(drawn) if row["sector"] == "drugs"}
    with (drawn.folder / "second" / "pool.csv").open(encoding="utf-8", newline="") as file:
        found = {row["enterprise_id"]: row["reason"] for row in csv.DictReader(file)}
    assert {found[one] for one in earlier} == {"drawn_this_year"}


def test_a_seed_before_its_time_or_before_a_registration_is_refused(bureau: Bureau) -> None:
    (bureau.folder / "draw").mkdir()
    nothing = bureau.draw()
    assert nothing.code == 3
    assert "A draw must be registered before its seed is used" in nothing.sentence()
    assert bureau.register().code == 0
    early = bureau.draw()
    assert early.code == 3
    assert "A seed must not be used before it exists" in early.sentence()
    assert not (bureau.folder / "draw" / "plan.parquet").exists()
    bureau.service.set_time(SEED_AT)
    late = bureau.run("draw", "register", "draw.toml", "--out", "late")
    assert late.code == 0, "the same draw again has the same answer, at any time"
    bureau.write("draw.toml", TERMS.replace('"2026-03"', '"2026-99"'))
    late = bureau.run("draw", "register", "draw.toml", "--out", "later")
    assert (late.code, "seed_known" in late.sentence()) == (5, True)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("low = 0.5", "low = 0", "The ratio of drugs low must be above 0 and at most 1, got 0"),
        ("year = 2026", "year = 2023", "The year of a draw must not be before that of the snapshot"),
        ("inspectors.csv", "nowhere.csv", "nowhere.csv is not (FileNotFoundError)"),
    ],
)
def test_a_draw_that_breaks_a_rule_is_not_registered(bureau: Bureau, old: str, new: str, sentence: str) -> None:
    bureau.write("draw.toml", TERMS.replace(old, new))
    ended = bureau.register()
    assert (ended.code, sentence in ended.sentence()) == (3, True), ended.sentence()
    assert not (bureau.folder / "draw" / "registered.json").exists()


def test_an_exclusion_that_meets_nobody_is_told(bureau: Bureau) -> None:
    bureau.write("exclusions.csv", "enterprise_id,sector,reason\nE9999,drugs,a\nE9998,price,b\nE0003,,c\n")
    ended = bureau.register()
    assert (ended.code, "exclusions that meet nobody: 1, E9999" in ended.error) == (0, True)
    bureau.write("exclusions.csv", "enterprise_id,sector,reason\nE9999,drugs,\n")
    refused = bureau.run("draw", "register", "draw.toml", "--out", "other")
    assert "Each exclusion must have an enterprise_id and a reason, row 2 has not" in refused.sentence()


def test_without_enough_inspectors_nothing_is_registered(bureau: Bureau) -> None:
    bureau.write("inspectors.csv", "id,sectors,station,conflicts\nJC01,food_operation;drugs,,\nJC02,drugs,,\n")
    ended = bureau.register()
    assert ended.code == 3
    assert "2 inspectors without a conflict must be qualified" in ended.sentence()
    assert bureau.service.module.get("/v1/draws/2026-03:drugs").status_code == 404


def test_an_unknown_sector_is_the_service_s_refusal(bureau: Bureau) -> None:
    bureau.write("draw.toml", TERMS.replace('"food_operation"', '"nowhere"'))
    ended = bureau.register()
    assert (ended.code, "unknown_sector" in ended.sentence()) == (5, True)


def test_a_plan_that_was_changed_is_found_out(drawn: Bureau) -> None:
    path = drawn.folder / "draw" / "plan.parquet"
    table = parquet.read_table(path)
    parquet.write_table(table.slice(1), path)
    ended = drawn.verify()
    assert (ended.code, "the plan lacks it; the plan was changed" in ended.sentence()) == (6, True)


def test_a_pool_that_was_changed_since_the_registration_is_not_drawn_from(drawn: Bureau) -> None:
    path = drawn.folder / "draw" / "pool.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("某所", "别所"), encoding="utf-8")
    ended = drawn.draw()
    assert (ended.code, "they were changed since" in ended.sentence()) == (3, True)


def test_a_registration_that_was_changed_is_found_out_by_asking_the_service(drawn: Bureau) -> None:
    path = drawn.folder / "draw" / "registered.json"
    path.write_text(path.read_text(encoding="utf-8").replace("体彩排列五", "股长掷骰子"), encoding="utf-8")
    assert drawn.verify().code == 0
    ended = drawn.verify(SEED, "--url", "http://service")
    assert (ended.code, "The registration in the folder must be the service's" in ended.sentence()) == (6, True)


def test_another_seed_does_not_verify(drawn: Bureau) -> None:
    assert drawn.verify("3 1 4 1 6").code == 6


def test_what_is_no_folder_of_a_draw_is_told_in_a_sentence(bureau: Bureau) -> None:
    assert "A draw must be registered" in bureau.verify().sentence()
    bureau.register()
    assert "must have the plan that was drawn" in bureau.verify().sentence()
    bureau.write("draw/registered.json", "{}x")
    assert "registered.json must be as it was written" in bureau.verify().sentence()
