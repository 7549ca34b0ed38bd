"""The waterfall: bars that begin where the last one ended, from the baseline to the margin, grouped by category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue.everything import INDICATORS
from model.reasons import Reason
from serving.review.enterprise.waterfall import WIDTH, Waterfall, waterfall

PARTS = st.lists(st.floats(-3, 3).filter(lambda part: abs(part) > 1e-6), max_size=40)


def drawn(baseline: float, parts: list[float], shown: int = 15) -> Waterfall:
    reasons = [
        Reason(indicator, None, None, part, 0.0)
        for indicator, part in zip(INDICATORS, sorted(parts, key=abs, reverse=True), strict=False)
    ]
    return waterfall(baseline, reasons, baseline + sum(parts), shown)


@given(st.floats(-4, 4), PARTS)
def test_bars_lead_from_the_baseline_to_the_margin(baseline: float, parts: list[float]) -> None:
    picture = drawn(baseline, parts)
    at = baseline
    for bar in (bar for group in picture.groups for bar in group.bars):
        assert bar.start == pytest.approx(at)
        at = bar.end
    assert at == pytest.approx(picture.margin)
    assert picture.baseline + sum(group.contribution for group in picture.groups) == pytest.approx(picture.margin)


@given(st.floats(-4, 4), PARTS)
def test_nothing_is_drawn_outside_the_picture(baseline: float, parts: list[float]) -> None:
    picture = drawn(baseline, parts)
    for bar in (bar for group in picture.groups for bar in group.bars):
        assert bar.left >= -1e-6
        assert bar.left + bar.width <= WIDTH + 1e-6
    assert 0 <= picture.baseline_at <= WIDTH + 1e-6
    assert -1e-6 <= picture.margin_at <= WIDTH + 1e-6


def test_what_has_no_bar_of_its_own_is_one_bar_at_the_end() -> None:
    picture = drawn(0.0, [3.0, 2.0, 1.0, -0.5], shown=2)
    last = picture.groups[-1]
    assert (last.zh, last.contribution, last.bars[0].reason) == ("", 0.5, None)


def test_each_category_is_one_group_the_one_that_moves_most_first() -> None:
    picture = drawn(0.0, [float(number) for number in range(1, 31)], shown=30)
    names = [group.zh for group in picture.groups]
    assert len(names) == len(set(names))
    sizes = [sum(abs(bar.contribution) for bar in group.bars) for group in picture.groups]
    assert sizes == sorted(sizes, reverse=True)


def test_without_reasons_the_margin_is_the_baseline() -> None:
    picture = drawn(-1.0, [])
    assert (picture.groups, picture.baseline_at, picture.margin_at) == ((), 0.0, 0.0)
