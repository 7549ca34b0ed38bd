"""The served district with something to review: high tiers of the model in three sectors, and one of a hard rule."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from features.build import Frame
from serving.current import Current
from serving.release import load_release
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from tests import served_district as district

MANY = 9
EVERY_THIRD = slice(None, None, 3)
LISTED = district.enterprise_id(1)
"""On the list of serious violations."""


def frame() -> Frame:
    """Every third row has many penalties and complaints."""
    plain = district.frame()
    values = plain.values.copy()
    for name in ("penalties_count_365d", "complaints_count_365d"):
        values[EVERY_THIRD, district.NAMES.index(name)] = MANY
    is_listed = (plain.keys["enterprise_id"] == LISTED).to_numpy()
    values[is_listed, district.NAMES.index("listings_serious_active")] = 1
    return replace(plain, values=values)


def save(folder: Path) -> Current:
    """Release and snapshot below `folder`."""
    release = district.save_release(folder)
    write_snapshot(frame(), district.records(), load_release(release), folder / "snapshot")
    return Current(release, folder / "snapshot")


def scorer(folder: Path) -> Scorer:
    """What answers from them."""
    return save(folder).load()


EARLIER = date(2024, 1, 1)


def scorer_with_a_past(folder: Path) -> Scorer:
    """What answers from a snapshot, beside which lies one of EARLIER, when nobody had as many penalties."""
    release = district.save_release(folder)
    loaded = load_release(release)
    before = replace(district.frame(), as_of=EARLIER)
    write_snapshot(before, district.records(), loaded, folder / "snapshots" / "2024-01")
    write_snapshot(frame(), district.records(), loaded, folder / "snapshots" / "2024-07")
    return Current(release, folder / "snapshots" / "2024-07").load()
