"""Reasons: order, sums, what is shown."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue.everything import BY_NAME
from model.reasons import effect_points, reasons_of, strongest

SCHEMA = [BY_NAME[name] for name in ("penalties_count_365d", "complaints_count_365d", "enterprises_tenure_days")]
CAUSAL = ("because", "cause", "leads to", "due to", "导致", "造成", "引起")


def _reasons(parts: list[float], limit: int | None = None):
    return reasons_of(
        SCHEMA,
        np.array([2.0, np.nan, np.float32(0.1)]),
        np.array([0.0, 1.0, np.nan]),
        np.array(parts),
        margin=sum(parts) - 1,
        records={"penalties_count_365d": ["p1", "p2"]},
        limit=limit,
    )


def test_reasons_are_ordered_by_absolute_size_and_ties_by_the_schema() -> None:
    reasons, _ = _reasons([0.5, -0.9, 0.5])
    assert [reason.indicator.name for reason in reasons] == [
        "complaints_count_365d",
        "penalties_count_365d",
        "enterprises_tenure_days",
    ]


def test_an_indicator_that_adds_nothing_is_no_reason() -> None:
    reasons, other = _reasons([0.5, 0.0, 0.1])
    assert [len(reasons), other] == [2, 0.0]


@pytest.mark.parametrize("limit", [None, 1, 2, 99])
def test_contributions_and_the_remainder_sum_to_what_the_model_added(limit: int | None) -> None:
    reasons, other = _reasons([0.5, -0.9, 0.25], limit)
    assert sum(reason.contribution for reason in reasons) + other == pytest.approx(-0.15)


def test_value_typical_and_records_stand_beside_the_contribution() -> None:
    first = _reasons([0.5, 0.0, 0.1])[0][0].to_json("en")
    assert first["value"] == 2.0
    assert first["typical"] == 0.0
    assert first["records"] == ["p1", "p2"]
    assert first["window"] == 365
    assert first["unit"] == SCHEMA[0].unit


def test_null_values_are_null_and_float32_is_written_shortly() -> None:
    by_name = {reason.indicator.name: reason for reason in _reasons([0.1, 0.2, 0.3])[0]}
    assert by_name["complaints_count_365d"].value is None
    assert by_name["enterprises_tenure_days"].value == 0.1


def test_the_language_chooses_label_and_category() -> None:
    reason = _reasons([0.5, 0.0, 0.0])[0][0]
    assert reason.to_json("zh")["label"] == SCHEMA[0].zh
    assert reason.to_json("en")["label"] == SCHEMA[0].en
    assert reason.to_json("zh")["category"] == "监管"


def test_the_effect_is_the_difference_of_probabilities_in_percentage_points() -> None:
    assert effect_points(0.0, 0.0) == 0.0
    assert effect_points(0.0, 1.0) == pytest.approx(100 * (0.5 - 1 / (1 + np.e)))
    assert effect_points(-2.0, -1.0) < 0


def test_no_label_uses_a_causal_verb() -> None:
    text = json.dumps([(one.zh, one.en) for one in BY_NAME.values()], ensure_ascii=False).lower()
    assert [word for word in CAUSAL if word in text] == []


def test_the_strongest_and_the_remainder_sum_to_the_row() -> None:
    parts = np.random.default_rng(1).normal(size=(20, 9))
    positions, kept, other = strongest(parts, 5)
    assert positions.shape == kept.shape == (20, 5)
    assert np.allclose(kept.sum(axis=1) + other, parts.sum(axis=1))
    assert np.all(np.abs(kept[:, :-1]) >= np.abs(kept[:, 1:]))


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.5, -0.5, 0.25, 2.0]), min_size=4, max_size=4), min_size=1),
    st.integers(1, 6),
)
def test_the_strongest_of_many_rows_are_those_of_each_row_sorted(parts: list[list[float]], limit: int) -> None:
    contributions = np.array(parts)
    positions, kept, other = strongest(contributions, limit)
    expected = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :limit]
    assert positions.tolist() == expected.tolist()
    assert kept.tolist() == np.take_along_axis(contributions, expected, axis=1).tolist()
    assert (kept.sum(axis=1) + other).tolist() == contributions.sum(axis=1).tolist()
