"""Why did it change: parts that sum to the difference, each zero where its cause did not change; what moved a tier."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.build import Frame, build_frame
from features.evidence import visible_records
from features.peers import Peers
from model.calibration import Calibration
from records.source import Records, records_from_frames
from serving.release import load_release
from serving.results import Results
from serving.review.enterprise.change import CAUSES, Cause, split_change, telescope
from serving.review.enterprise.history import History, Standpoint, earlier_snapshots
from serving.review.enterprise.own_records import own_records
from serving.review.enterprise.record_changes import record_changes
from serving.review.enterprise.tier_move import policy_changes
from serving.scoring.population import write_snapshot
from serving.snapshot import load_snapshot
from tests import examined_district as district
from tests.examined_district import PUNISHED, QUIET, REPORTED, SECTOR, examined

EXACT = 1e-9


# The telescope over the district's two dates, which differ in everything.


def test_the_parts_sum_to_the_difference_of_the_answers_given() -> None:
    _, scorer = examined()
    now, then = History(scorer).of(PUNISHED, SECTOR)
    split = split_change(then, now, PUNISHED, SECTOR)
    assert split is not None
    assert tuple(split.parts) == CAUSES
    assert split.before == pytest.approx(then.result["margin"], abs=EXACT)
    assert split.after == pytest.approx(now.result["margin"], abs=EXACT)
    assert sum(split.parts.values()) == pytest.approx(split.after - split.before, abs=EXACT)
    assert all(part != 0 for part in split.parts.values()), "all of them changed between these dates"


# One cause at a time: the others' parts are zero.


@cache
def scratch() -> Path:
    return examined()[0] / "causes"


@cache
def everyone(without: str = "") -> Records:
    given = {name: [row for row in own if row.get("record_id") != without] for name, own in district.rows().items()}
    return records_from_frames({name: pd.DataFrame(own) for name, own in given.items() if own})


@cache
def release_of(seed: int = 1, offset: float = 0.0, cuts: tuple[float, float, float] | None = None) -> Path:
    return district.save_release(scratch(), seed, offset, cuts)


@cache
def frame_of(as_of: date, without: str = "", has_other_peers: bool = False) -> Frame:
    """The frame at a date beside the peers of the earlier date, so that those change only where it is asked for."""
    if as_of == district.EARLIER and not without and not has_other_peers:
        return build_frame(everyone(), as_of)
    peers = replace(frame_of(district.EARLIER).peers, as_of=as_of)
    return build_frame(everyone(without), as_of, peers=_shifted(peers) if has_other_peers else peers)


def _shifted(peers: Peers) -> Peers:
    """Another population, in whose sectors more was found."""
    name = "peer_rates_sector"
    table = peers.tables[name].to_pandas()
    rates = [column for column in table.columns if column != "key"]
    table[rates] += 0.2
    return Peers(peers.as_of, {**peers.tables, name: type(peers.tables[name]).from_pandas(table, preserve_index=False)})


def standpoint(enterprise_id: str, frame: Frame, records: Records, release: Path) -> Standpoint:
    out = scratch() / f"{frame.as_of}-{id(frame)}-{release.name}"
    loaded = load_release(release)
    if not out.exists():
        write_snapshot(frame, visible_records(records, frame.as_of), loaded, out)
    snapshot = load_snapshot(out)
    row = int(snapshot.first_row[int(snapshot.positions([enterprise_id])[0])])
    result = Results(loaded).of_rows([(enterprise_id, SECTOR)], snapshot.columns, np.array([row]))[0]
    return Standpoint(snapshot, row, result, loaded)


def before(enterprise_id: str) -> Standpoint:
    return standpoint(enterprise_id, frame_of(district.EARLIER), everyone(), release_of())


A_YEAR_LATER = date(2025, 2, 1)
"""When the reports of REPORTED are out of their window."""
AFTER: dict[str, Callable[[str], Standpoint]] = {
    "nothing": before,
    "time": lambda one: standpoint(one, frame_of(A_YEAR_LATER), everyone(), release_of()),
    "records": lambda one: standpoint(one, frame_of(district.EARLIER, "P1"), everyone("P1"), release_of()),
    "peers": lambda one: standpoint(one, frame_of(district.EARLIER, "", True), everyone(), release_of()),
    "model": lambda one: standpoint(one, frame_of(district.EARLIER), everyone(), release_of(seed=2)),
    "calibration": lambda one: standpoint(one, frame_of(district.EARLIER), everyone(), release_of(offset=0.3)),
}


@pytest.mark.parametrize("cause", AFTER)
def test_only_the_cause_that_changed_has_a_part(cause: str) -> None:
    enterprise_id = REPORTED if cause == "time" else PUNISHED
    then, now = before(enterprise_id), AFTER[cause](enterprise_id)
    split = split_change(then, now, enterprise_id, SECTOR)
    assert split is not None
    others = {name: part for name, part in split.parts.items() if name != cause}
    assert others == dict.fromkeys(others, 0.0)
    if cause != "nothing":
        moved: Cause = cause
        assert split.parts[moved] == pytest.approx(now.result["margin"] - then.result["margin"], abs=EXACT)
        assert split.parts[moved] != 0


def test_another_enterprises_records_are_no_part_of_ones_own() -> None:
    now = AFTER["records"](QUIET)
    split = split_change(before(QUIET), now, QUIET, SECTOR)
    assert split is not None
    assert split.parts["records"] == 0


ROWS = st.fixed_dictionaries({name: st.floats(0, 2000) for name in district.SCHEMA})


@settings(max_examples=50, deadline=None)
@given(st.lists(ROWS, min_size=4, max_size=4), st.integers(0, 2), st.floats(-1, 1), st.floats(0.2, 2))
def test_parts_sum_whatever_the_indicators_and_the_calibration(
    rows: list[dict[str, float]], same: int, offset: float, slope: float
) -> None:
    old = load_release(release_of()).models[SECTOR]
    new = replace(
        load_release(release_of(seed=2)).models[SECTOR], calibration=Calibration(slope, offset, ((1.0, 0.0),))
    )
    rows[same + 1] = rows[same]
    split = telescope(old, new, rows)
    assert sum(split.parts.values()) == pytest.approx(split.after - split.before, abs=EXACT)
    assert split.parts[CAUSES[same]] == 0
    assert telescope(old, old, rows).parts["model"] == telescope(old, old, rows).parts["calibration"] == 0


# Where it cannot be split, and what the bureau changed.


def test_without_the_release_of_then_there_is_no_split() -> None:
    assert split_change(replace(before(QUIET), release=None), before(QUIET), QUIET, SECTOR) is None


def test_cuts_that_moved_are_named_with_the_tier_by_the_old_ones() -> None:
    then = before(PUNISHED)
    now = standpoint(PUNISHED, frame_of(district.EARLIER), everyone(), release_of(cuts=(0.01, 0.02, 0.9)))
    changes = policy_changes(then, now)
    assert [one.code for one in changes] == ["cuts"]
    assert "5.0% / 10.0% / 16.0%" in changes[0].zh
    assert "1.0% / 2.0% / 90.0%" in changes[0].zh
    assert "would be" in changes[0].en


def test_the_same_standard_names_nothing() -> None:
    assert policy_changes(before(PUNISHED), AFTER["records"](PUNISHED)) == ()


@pytest.mark.parametrize(
    ("source", "code"), [("superior", "routing"), ("point_table", "level"), ("override", "override")]
)
def test_another_source_of_the_tier_is_named(source: str, code: str) -> None:
    then = before(PUNISHED)
    now = replace(then, result=then.result | {"source": source})
    assert [one.code for one in policy_changes(then, now)] == [code]


def test_a_hard_rule_that_begins_or_ends_is_named() -> None:
    then = before(PUNISHED)
    rule = {"rule": "licence_revoked", "zh": "许可证件被吊销", "en": "a licence has been revoked", "source": "某办法"}
    now = replace(then, result=then.result | {"rules": [rule], "source": "hard_rule"})
    assert [one.zh for one in policy_changes(then, now)] == ["直接判定开始适用：许可证件被吊销（某办法）"]
    assert [one.zh for one in policy_changes(now, then)] == ["直接判定不再适用：许可证件被吊销（某办法）"]


def test_records_that_came_or_count_no_more_are_told_apart() -> None:
    _, scorer = examined()
    now, then = History(scorer).of(PUNISHED, SECTOR)
    earlier, later = (own_records(one.snapshot, PUNISHED).frames for one in (then, now))
    assert [(one.what[1], one.record.record_id) for one in record_changes(earlier, later, now.as_of)] == [("new", "P3")]
    assert [(one.what[1], one.record.record_id) for one in record_changes(later, earlier, then.as_of)] == [
        ("withdrawn or corrected", "P3")
    ]
    expired = earlier["penalties"].assign(use_until=now.as_of)
    gone = {**earlier, "penalties": earlier["penalties"].iloc[:0]}
    changes = record_changes({**earlier, "penalties": expired}, gone, now.as_of)
    assert {one.what[1] for one in changes} == {"its term of use ended"}


# Earlier snapshots.


def test_history_holds_every_date_beside_the_one_in_service_the_latest_first() -> None:
    _, scorer = examined()
    assert [one.as_of for one in History(scorer).of(PUNISHED, SECTOR)] == [district.LATER, district.EARLIER]


def test_an_enterprise_or_sector_that_a_snapshot_does_not_know_has_no_standpoint() -> None:
    _, scorer = examined()
    assert History(scorer).of("nobody", SECTOR) == ()
    assert History(scorer).of(PUNISHED, "drugs") == ()


def test_only_snapshots_of_earlier_dates_are_earlier(tmp_path: Path) -> None:
    for name, text in {"a": "2024-01-01", "b": "2024-02-01", "c": "2024-03-01", "odd": "no date"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "snapshot.json").write_text(f'{{"as_of": "{text}"}}', encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "snapshot.json").write_text("{", encoding="utf-8")
    found = earlier_snapshots(tmp_path / "b", date(2024, 2, 1))
    assert [path.name for path in found] == ["a"]
    assert [path.name for path in earlier_snapshots(tmp_path / "b", date(2024, 4, 1))] == ["c", "b", "a"]
    assert list(earlier_snapshots(tmp_path / "a", date(2024, 1, 1))) == []


def test_an_earlier_snapshot_that_was_changed_is_left_out(tmp_path: Path) -> None:
    folder, scorer = examined()
    for path in (folder / "snapshots").iterdir():
        (tmp_path / path.name).symlink_to(path)
    broken = next(path for path in tmp_path.iterdir() if path.name.startswith(str(district.EARLIER)))
    broken.unlink()
    broken.mkdir()
    (broken / "snapshot.json").write_text('{"as_of": "2024-02-01", "files": {"gone.npy": "0"}}', encoding="utf-8")
    moved = replace(scorer.snapshot, directory=tmp_path / scorer.snapshot.directory.name)
    beside = type(scorer)(scorer.release, moved)
    assert [one.as_of for one in History(beside).of(PUNISHED, SECTOR)] == [district.LATER]
