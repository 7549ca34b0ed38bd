"""Many ids are answered by whole columns, and what is written is what few ids are told."""

from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.access.scope import EVERYTHING, Scope
from serving.bulk.written import written_answer
from serving.current import Current
from serving.decisions.rulings import Ruling
from serving.scorer import Scorer
from tests import served_district as district

ONE_STATION = Scope(stations=frozenset({district.STATION}))


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder: Path = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return Current(folder / "release", folder / "snapshot").load()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.integers(0, district.ENTERPRISES - 1), min_size=1, max_size=40),
    others=st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1), max_size=4),
    sector=st.sampled_from([None, district.SECTOR_MODEL, district.POINTS, "general"]),
    scope=st.sampled_from([EVERYTHING, ONE_STATION]),
    is_decided=st.booleans(),
)
def test_many_ids_are_answered_byte_for_byte_like_few(
    scorer: Scorer, numbers: list[int], others: list[str], sector: str | None, scope: Scope, is_decided: bool
) -> None:
    ids = [*others, *(district.enterprise_id(number) for number in numbers)]
    keys = [(one, name) for one in ids for name in (district.SECTOR_MODEL, district.POINTS, "general")]
    ruling = Ruling(1, 1, None, None, date(2026, 3, 2))
    asked = scorer.pinned(0, dict.fromkeys(keys[::2], ruling) if is_decided else {})
    assert orjson.dumps(written_answer(asked, ids, sector, scope)) == orjson.dumps(asked.score(ids, sector, scope))
