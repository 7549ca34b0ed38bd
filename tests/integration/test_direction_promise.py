"""The promise about records, kept by trained models: a penalty more never lowers a margin, nor one less raises it.

Each test changes the records of some thirty enterprises, builds their indicators with the stored tables of comparison
(their peers held fixed), and asks every model, the trees as well as the scorecard and whatever the gate chose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from features.build import build_frame
from model.calibration import probability_of
from model.saved import SavedModel
from records.source import records_from_frames
from tests.small_district import AS_OF, short_recipe, small_district
from training import candidates

MIDNIGHT = pd.Timestamp(AS_OF)
ASKED = 30
TOLERANCE = 1e-9
"""Sums of the same leaves in another order; no step of a tree or a scorecard is that small."""

FOLLOW_PENALTIES = ("scorecard", "booster", "average")

Frames = Mapping[str, pd.DataFrame]


@cache
def models() -> dict[str, SavedModel]:
    """What the gate chose; and each candidate of the general model where outcomes follow penalties.

    So few enterprises teach the real models little about penalties, which are rare. The candidates are therefore fitted
    on outcomes drawn from their count, with small leaves, so that the promise is put to the test.
    """
    training = small_district().training
    keys = training.examples.keys
    matrix = training.examples.values.astype(float)
    penalties = matrix[:, training.examples.names.index("penalties_count_1095d")]
    chance = probability_of(-2 + 2 * np.minimum(penalties, 3))
    outcome = (np.random.default_rng(1).random(len(keys)) < chance).astype(float)
    data = candidates.data_of(training.examples.names, matrix, keys.assign(outcome=outcome, weight=1.0))
    general = training.models["general"].model
    with short_recipe() as patch:
        patch.setattr(candidates, "BOOSTER", {**candidates.BOOSTER, "min_data_in_leaf": 5, "lambda_l2": 1.0})
        each = {one.name: replace(general, components=one.fit()) for one in candidates.general_candidates(data)}
    return {**each, "general": general, "food_operation": training.models["food_operation"].model}


def frames_of(ids: Iterable[str]) -> dict[str, pd.DataFrame]:
    chosen = list(ids)
    return {name: table[table["enterprise_id"].isin(chosen)] for name, table in small_district().tables.items()}


def margins(frames: Frames) -> dict[str, pd.Series]:
    """The margins of every model by enterprise and sector."""
    built = build_frame(records_from_frames(frames), AS_OF, peers=small_district().frame.peers)
    index = pd.MultiIndex.from_frame(built.keys[["enterprise_id", "sector"]])
    return {
        name: pd.Series(model.margins(built.columns(model.indicators)), index=index) for name, model in models().items()
    }


def assert_moved(before: Frames, after: Frames, direction: int) -> None:
    """Every margin moved in the direction or not at all, and some did of every model that knows penalties."""
    old, new = margins(before), margins(after)
    for name in models():
        difference = direction * (new[name] - old[name])
        assert (difference >= -TOLERANCE).all(), f"{name}: {difference[difference < -TOLERANCE].to_dict()}"
        assert name not in FOLLOW_PENALTIES or (difference > 1e-6).any(), f"{name}: nothing moved"


@cache
def active_ids() -> tuple[str, ...]:
    keys = small_district().frame.keys
    return tuple(keys.loc[keys["in_scope"] & (keys["state"] == "active"), "enterprise_id"].drop_duplicates())


@cache
def punished_ids() -> tuple[str, ...]:
    """Active enterprises with a penalty that counts at the date."""
    table = small_district().tables["penalties"]
    known = table[
        (table["occurred_on"] < MIDNIGHT)
        & (table["known_at"] < MIDNIGHT)
        & ~(table["withdrawn_at"] <= MIDNIGHT)
        & ~(table["use_until"] <= MIDNIGHT)
        & (table["occurred_on"] >= MIDNIGHT - pd.Timedelta(days=700))
    ]
    return tuple(sorted(set(known["enterprise_id"]) & set(active_ids()))[:ASKED])


def one_penalty_more(frames: Frames, **columns: object) -> dict[str, pd.DataFrame]:
    """The frames, and a penalty of every enterprise like some other, with these columns."""
    ids = frames["enterprises"]["enterprise_id"].unique()
    template = small_district().tables["penalties"].iloc[:1]
    new = pd.concat([template] * len(ids), ignore_index=True).assign(
        enterprise_id=ids, record_id=[f"new-{one}" for one in ids], withdrawn_at=pd.NaT, use_until=pd.NaT, **columns
    )
    return {**frames, "penalties": pd.concat([frames["penalties"], new.astype(template.dtypes)], ignore_index=True)}


@pytest.mark.parametrize(
    ("severity", "kind", "age_days", "fine"),
    [("minor", "warning", 1, None), ("general", "fine", 200, 5_000.0), ("serious", "revoke_licence", 900, 80_000.0)],
)
def test_one_more_penalty_never_lowers_a_margin(severity: str, kind: str, age_days: int, fine: float | None) -> None:
    clean, punished = active_ids()[: ASKED // 2], punished_ids()[: ASKED // 2]
    before = frames_of({*clean, *punished})
    day = MIDNIGHT - timedelta(days=age_days)
    changes = {"severity": severity, "kind": kind, "fine_yuan": fine, "sector": None}
    assert_moved(before, one_penalty_more(before, occurred_on=day, known_at=day, **changes), direction=1)


def test_a_penalty_known_on_the_date_moves_nothing() -> None:
    before = frames_of(active_ids()[:ASKED])
    day = MIDNIGHT - timedelta(days=5)
    changes = {"severity": "serious", "kind": "closure", "fine_yuan": 1e6, "sector": None}
    after = one_penalty_more(before, occurred_on=day, known_at=MIDNIGHT, **changes)
    old, new = margins(before), margins(after)
    for name in models():
        pd.testing.assert_series_equal(new[name], old[name], check_exact=True)


def test_withdrawing_every_penalty_never_raises_a_margin() -> None:
    before = frames_of(punished_ids())
    undone = before["penalties"].assign(withdrawn_at=MIDNIGHT)
    assert_moved(before, {**before, "penalties": undone}, direction=-1)


def test_withdrawing_one_penalty_never_raises_a_margin() -> None:
    before = frames_of(punished_ids())
    penalties = before["penalties"].sort_values("occurred_on")
    last = ~penalties["enterprise_id"].duplicated(keep="last")
    one_less = penalties[~penalties["record_id"].isin(penalties.loc[last, "record_id"])]
    assert_moved(before, {**before, "penalties": one_less}, direction=-1)


def test_a_granted_repair_never_raises_a_margin() -> None:
    before = frames_of(punished_ids())
    targets = before["penalties"].drop_duplicates("record_id")
    template = small_district().tables["repairs"].iloc[:1]
    day = MIDNIGHT - timedelta(days=1)
    granted = pd.concat([template] * len(targets), ignore_index=True).assign(
        record_id=[f"new-{one}" for one in targets["record_id"]],
        enterprise_id=targets["enterprise_id"].to_numpy(),
        occurred_on=day,
        known_at=day,
        withdrawn_at=pd.NaT,
        use_until=pd.NaT,
        target_subject="penalties",
        target_record_id=targets["record_id"].to_numpy(),
        decision="granted",
        effective_on=MIDNIGHT,
    )
    repairs = pd.concat([before["repairs"], granted.astype(template.dtypes)], ignore_index=True)
    assert_moved(before, {**before, "repairs": repairs}, direction=-1)
