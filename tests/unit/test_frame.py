"""Frames are the same every time, and one enterprise alone, beside the stored peers, gets the population's values."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features import build
from features.build import Frame, build_frame, build_frames, survey
from features.evidence import evidence, visible_records
from features.peers import load_peers
from records.check import check_records
from records.errors import ModelError
from records.source import Records, records_from_frames
from records.subjects import EVENT_SUBJECTS
from tests.random_records import AS_OF, ENTERPRISES, Rows, random_rows, records_of


@pytest.fixture(scope="module")
def rows() -> Rows:
    return random_rows(Random(11), 120)


@pytest.fixture(scope="module")
def records(rows: Rows) -> Records:
    return records_of(rows)


@pytest.fixture(scope="module")
def frame(records: Records) -> Frame:
    return build_frame(records, AS_OF)


def test_two_builds_give_the_same_bytes(rows, frame):
    shuffled = {name: Random(3).sample(own, len(own)) for name, own in rows.items()}
    again = build_frame(records_of(shuffled), AS_OF)
    assert again.keys.equals(frame.keys)
    assert again.values.tobytes() == frame.values.tobytes()
    assert {name: table.to_pydict() for name, table in again.peers.tables.items()} == {
        name: table.to_pydict() for name, table in frame.peers.tables.items()
    }


def test_frames_of_many_dates_are_those_of_each(records, frame):
    earlier = AS_OF - timedelta(days=365)
    many = {one.as_of: one for one in build_frames(records, {earlier: None, AS_OF: None})}
    assert many[AS_OF].values.tobytes() == frame.values.tobytes()
    assert many[earlier].values.tobytes() == build_frame(records, earlier).values.tobytes()


def test_rows_of_some_enterprises_are_those_of_the_population(records, frame):
    some = ENTERPRISES[:3]
    (few,) = build_frames(records, {AS_OF: some})
    there = frame.keys["enterprise_id"].isin(some).to_numpy()
    assert few.keys["enterprise_id"].tolist() == frame.keys["enterprise_id"][there].tolist()
    assert few.values.tobytes() == frame.values[there].tobytes()


def test_parts_one_after_another_are_the_whole_and_a_later_build_is_not_bound_to_the_last_part(
    records, frame, monkeypatch
):
    """What was counted is sorted for parts, and each reads its own; as for a province."""
    monkeypatch.setattr(build, "PART_ENTERPRISES", 3)
    population = survey(records, AS_OF)
    parts = [population.frame(some) for some in population.parts(2)]
    assert len(parts) > 2
    assert np.concatenate([one.values for one in parts]).tobytes() == frame.values.tobytes()
    assert population.frame().values.tobytes() == frame.values.tobytes()


def test_dates_looked_at_together_are_those_looked_at_one_by_one(records, frame, monkeypatch):
    """Also where some dates are built for a few enterprises, and another before anybody was known."""
    wanted = {AS_OF: None, date(2024, 1, 1): set(ENTERPRISES[:3]), date(1990, 1, 1): None}
    together = list(build_frames(records, wanted))
    monkeypatch.setattr("features.build.VERSIONS_AT_ONCE", 1)
    for one, other in zip(together, build_frames(records, wanted), strict=True):
        assert one.as_of == other.as_of
        assert one.keys.equals(other.keys)
        assert one.values.tobytes() == other.values.tobytes()
        assert all(one.peers.tables[name].equals(table) for name, table in other.peers.tables.items())
    assert together[0].values.tobytes() == frame.values.tobytes()
    assert set(together[1].keys["enterprise_id"]) == set(ENTERPRISES[:3])


def rows_of(enterprise: str, rows: Rows) -> Rows:
    """Its rows in the register, and all versions of its records: also that which moved one to another enterprise."""
    own: Rows = {"enterprises": [row for row in rows["enterprises"] if row["enterprise_id"] == enterprise]}
    for subject in EVENT_SUBJECTS:
        table = rows[subject.name]
        ids = {row["record_id"] for row in table if row["enterprise_id"] == enterprise}
        own[subject.name] = [row for row in table if row["record_id"] in ids]
    return own


def test_one_enterprise_alone_gets_the_values_of_the_population_build(rows, frame, tmp_path):
    """Neighbours, relations and the sector are in the stored peers; nobody else's records are needed."""
    frame.peers.save(tmp_path)
    peers = load_peers(tmp_path)
    for enterprise in ENTERPRISES:
        alone = build_frame(records_of(rows_of(enterprise, rows)), AS_OF, peers=peers)
        there = (frame.keys["enterprise_id"] == enterprise).to_numpy()
        assert alone.keys["sector"].tolist() == frame.keys["sector"][there].tolist()
        assert alone.values.tobytes() == frame.values[there].tobytes(), enterprise


def test_stored_peers_lie_on_disk_for_all_processes_and_not_in_the_memory_of_each(frame, tmp_path):
    frame.peers.save(tmp_path)
    before = pa.total_allocated_bytes()
    peers = load_peers(tmp_path)
    assert pa.total_allocated_bytes() == before
    assert {name: table.to_pylist() for name, table in peers.tables.items()} == {
        name: table.to_pylist() for name, table in frame.peers.tables.items()
    }


def test_peers_stored_by_an_earlier_version_are_refused(tmp_path):
    (tmp_path / "peers.json").write_text('{"as_of": "2024-06-30"}', encoding="utf-8")
    with pytest.raises(ModelError, match="are of an earlier version; score the population with this one"):
        load_peers(tmp_path)


def test_stored_peers_refuse_another_date(records, frame):
    with pytest.raises(ModelError, match="only serve their own date 2024-06-30, got 2024-07-01"):
        build_frame(records, date(2024, 7, 1), peers=frame.peers)


def test_columns_are_given_in_the_order_asked_for_and_unknown_ones_refused(frame):
    names = ["penalties_count_365d", "enterprises_tenure_days"]
    assert frame.columns(names)[:, 1].tolist() == frame.values[:, frame.names.index(names[1])].tolist()
    with pytest.raises(ModelError, match="penalties_count_1d is not"):
        frame.columns(["penalties_count_1d"])


def test_nobody_known_gives_an_empty_frame(records):
    assert build_frame(records, date(1990, 1, 1)).values.shape[0] == 0


def test_checked_records_with_a_repeated_row_are_built_like_the_others(rows):
    """Accepted rows then lie in tables of other names."""
    penalties = [dict(rows["penalties"][0]), *rows["penalties"]]
    accepted = check_records(records_of(rows | {"penalties": penalties})).accepted
    clean = check_records(records_of(rows)).accepted
    assert build_frame(accepted, AS_OF).values.tobytes() == build_frame(clean, AS_OF).values.tobytes()


def test_visible_records_give_the_same_frame_and_evidence(rows, frame):
    records = records_of(rows)
    visible = visible_records(records, AS_OF)
    counts = {name: table.count().to_pyarrow().as_py() for name, table in visible.tables.items()}
    assert 0 < sum(counts.values()) < sum(map(len, rows.values()))
    assert build_frame(visible, AS_OF, peers=frame.peers).values.tobytes() == frame.values.tobytes()
    pd.testing.assert_frame_equal(evidence(visible, AS_OF, ENTERPRISES), evidence(records, AS_OF, ENTERPRISES))


def test_evidence_of_one_enterprise_does_not_hang_on_the_others(rows, records):
    of_all = evidence(records, AS_OF, ENTERPRISES)
    for enterprise in ENTERPRISES[:3]:
        own = visible_records(records, AS_OF).tables
        cut = {name: table.filter(table["enterprise_id"] == enterprise).to_pandas() for name, table in own.items()}
        alone = evidence(records_from_frames(cut), AS_OF, [enterprise])
        expected = of_all[of_all["enterprise_id"] == enterprise].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, expected)


def test_evidence_of_counts_is_as_long_as_the_count(frame, records):
    found = evidence(records, AS_OF, ENTERPRISES)
    keys = list(zip(frame.keys["enterprise_id"], frame.keys["sector"], strict=True))
    for name in ("penalties_count_1095d", "inspections_count_ever", "complaints_sector_count_365d", "licences_count"):
        own = found[found["indicator"] == name]
        for (enterprise, sector), value in zip(keys, frame.values[:, frame.names.index(name)], strict=True):
            behind = own[(own["enterprise_id"] == enterprise) & (own["sector"].isna() | (own["sector"] == sector))]
            assert len(behind) == value
