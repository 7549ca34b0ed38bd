"""Who answers for a sector: the first by itself, others by a person's word, none that was refused; all on record."""

import io
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from records.errors import ConfigError, ModelError
from tests.small_registry import REFUSED, make_store, register
from training.registry.promotion import history, print_history, promote_sectors, roll_back
from training.registry.store import open_store, writing
from training.registry.versions import CHAMPION, Registered, champions, read_registry

FOOD, DRUGS = "food_operation", "drugs"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_store(tmp_path / "root")


def _promote(root: Path, *sectors: str, why: str = "试运行无异常") -> str:
    console = Console(file=io.StringIO(), width=200)
    promote_sectors(root, sectors or None, "李科", why, console)
    return console.file.getvalue()


def _roll_back(root: Path, sector: str = FOOD) -> str:
    console = Console(file=io.StringIO(), width=200)
    roll_back(root, sector, "王局", "复核发现问题", console)
    return console.file.getvalue()


def _standing(one: Registered) -> tuple[str | None, str | None]:
    return one.champion, one.challenger


def _of(root: Path, sector: str = FOOD) -> tuple[str | None, str | None]:
    return _standing(read_registry(root)[sector])


def test_the_first_version_that_passes_answers_at_once_and_history_says_so(root: Path) -> None:
    assert _standing(register(root, {FOOD: ()})[FOOD]) == ("1", None)
    (move,) = history(root, FOOD)
    assert (move.kind, move.from_version, move.to_version, move.by) == ("first", None, "1", "训练员")
    assert "nothing to compare with" in move.why


def test_a_first_version_that_is_refused_does_not_answer_but_the_next_that_passes_does(root: Path) -> None:
    assert _standing(register(root, {FOOD: REFUSED})[FOOD]) == (None, "1")
    assert history(root) == []
    assert _standing(register(root, {FOOD: ()})[FOOD]) == ("2", None)


def test_a_later_version_waits_until_it_is_promoted(root: Path) -> None:
    register(root, {FOOD: ()})
    assert _standing(register(root, {FOOD: ()})[FOOD]) == ("1", "2")
    before = champions(root)[FOOD]
    assert "v1 → v2" in _promote(root, FOOD)
    assert _of(root) == ("2", None)
    assert champions(root)[FOOD] != before


def test_history_says_who_when_why_and_from_where_to_where(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: ()})
    start = datetime.now().astimezone().replace(microsecond=0)
    _promote(root, FOOD, why="季度更新")
    move = history(root)[-1]
    assert (move.sector, move.kind, move.from_version, move.to_version) == (FOOD, "promotion", "1", "2")
    assert (move.by, move.why) == ("李科", "季度更新")
    assert start <= datetime.fromisoformat(move.at) <= datetime.now().astimezone()
    assert move.at.endswith("+08:00")
    console = Console(file=io.StringIO(), width=160)
    print_history(console, root, FOOD)
    assert all(word in console.file.getvalue() for word in ("季度更新", "李科", "v1 → v2", move.at))


def test_a_refused_version_is_not_promoted_and_its_checks_are_quoted(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: REFUSED})
    with pytest.raises(ModelError, match=r"version 2 was refused. 概率校准误差在允许范围内：.* got 0.210"):
        _promote(root, FOOD)
    assert _of(root) == ("1", "2")
    assert len(history(root)) == 1


def test_of_several_sectors_those_that_pass_are_promoted_and_the_others_named(root: Path) -> None:
    register(root, {FOOD: (), DRUGS: ()})
    register(root, {FOOD: (), DRUGS: REFUSED})
    with pytest.raises(ModelError, match="drugs: version 2 was refused") as told:
        _promote(root)
    assert FOOD not in str(told.value)
    assert (_of(root), _of(root, DRUGS)) == (("2", None), ("1", "2"))


def test_all_means_those_that_wait(root: Path) -> None:
    register(root, {FOOD: (), DRUGS: ()})
    register(root, {DRUGS: ()})
    printed = _promote(root)
    assert DRUGS in printed
    assert FOOD not in printed
    assert "没有待晋升的版本" in _promote(root)


def test_a_sector_whose_newest_version_answers_already_is_refused(root: Path) -> None:
    register(root, {FOOD: ()})
    with pytest.raises(ModelError, match=r"no version waits, the newest \(1\) is the champion; train again"):
        _promote(root, FOOD)


def test_an_unknown_sector_moves_nothing(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: ()})
    with pytest.raises(ModelError, match="fod is not; train it first, or name one of food_operation"):
        _promote(root, FOOD, "fod")
    assert _of(root) == ("1", "2")


def test_every_move_needs_a_reason_and_a_name(root: Path) -> None:
    register(root, {FOOD: ()})
    with pytest.raises(ConfigError, match="--why was empty"):
        _promote(root, FOOD, why="  ")
    with pytest.raises(ConfigError, match="--by was empty"):
        roll_back(root, FOOD, "", "x", Console(quiet=True))


def test_a_rollback_undoes_the_last_promotion_and_is_on_record_itself(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: ()})
    _promote(root, FOOD)
    first = champions(root)
    assert "v2 → v1" in _roll_back(root)
    assert champions(root) != first
    assert _of(root) == ("1", None)
    assert [move.kind for move in history(root, FOOD)] == ["first", "promotion", "rollback"]
    assert history(root, FOOD)[-1].by == "王局"


def test_rollbacks_go_back_one_promotion_each_until_none_is_left(root: Path) -> None:
    for _ in range(3):
        register(root, {FOOD: ()})
        _promote(root)
    seen = [_of(root)[0]]
    for _ in range(3):
        _roll_back(root)
        seen.append(_of(root)[0])
    assert seen == ["3", "2", "1", None]
    with pytest.raises(ModelError, match="needs a promotion to undo, food_operation has none"):
        _roll_back(root)


def test_a_version_that_was_rolled_back_is_promoted_again_by_name_only(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: ()})
    _promote(root, FOOD)
    _roll_back(root)
    assert "没有待晋升的版本" in _promote(root)
    _promote(root, FOOD)
    assert _of(root) == ("2", None)
    _roll_back(root)
    assert _of(root)[0] == "1"


def test_after_the_first_was_rolled_back_nothing_answers_by_itself_any_more(root: Path) -> None:
    register(root, {FOOD: ()})
    _roll_back(root)
    assert _standing(register(root, {FOOD: ()})[FOOD]) == (None, "2")
    _promote(root, FOOD)
    assert _of(root) == ("2", None)


def test_history_is_only_ever_added_to(root: Path) -> None:
    register(root, {FOOD: ()})
    client, seen = open_store(root), {}
    for _ in range(2):
        register(root, {FOOD: ()})
        for move in (_promote, _roll_back, _promote):
            move(root, FOOD)
            tags = client.get_registered_model(f"fenji.{FOOD}").tags
            assert seen.items() <= tags.items()
            assert len(tags) == len(seen) + 1 or not seen
            seen = tags
    assert len(history(root, FOOD)) == len(seen) == 7


def test_an_alias_that_was_moved_by_hand_follows_history_again(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: REFUSED})
    open_store(root).set_registered_model_alias(f"fenji.{FOOD}", CHAMPION, "2")
    assert _of(root) == ("1", "2")
    assert open_store(root).get_registered_model(f"fenji.{FOOD}").aliases[CHAMPION] in ("1", 1)


def test_a_champion_from_before_there_was_a_history_can_be_followed_and_called_back(root: Path) -> None:
    with writing(root) as client:
        client.create_registered_model(f"fenji.{FOOD}")
        client.create_model_version(f"fenji.{FOOD}", "old", tags={"accepted": "true"})
        client.set_registered_model_alias(f"fenji.{FOOD}", CHAMPION, "1")
    assert _standing(register(root, {FOOD: ()})[FOOD]) == ("1", "2")
    _promote(root, FOOD)
    _roll_back(root)
    assert _of(root)[0] == "1"
    assert [asdict(move)["from_version"] for move in history(root)] == ["1", "2"]


def test_a_former_version_that_was_deleted_cannot_come_back(root: Path) -> None:
    register(root, {FOOD: ()})
    register(root, {FOOD: ()})
    _promote(root, FOOD)
    open_store(root).delete_model_version(f"fenji.{FOOD}", "1")
    with pytest.raises(ModelError, match="version 1 of food_operation was deleted"):
        _roll_back(root)
    assert _of(root) == ("2", None)


def test_without_a_general_champion_a_release_says_what_refused_it_and_what_helps(root: Path) -> None:
    register(root, {"general": REFUSED, FOOD: ()})
    with pytest.raises(
        ModelError, match=r"通用模型.*version 1 is none: .*got 0.210.*longer history or a larger district"
    ):
        champions(root)
    register(root, {"general": ()})
    assert sorted(champions(root)) == [FOOD, "general"]


@pytest.mark.parametrize(
    "ask", [lambda root: history(root), lambda root: _promote(root), lambda root: _roll_back(root)]
)
def test_where_nothing_was_trained_there_is_nothing_to_move(ask, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run `fenji train` there first"):
        ask(tmp_path)
    assert list(tmp_path.iterdir()) == []
