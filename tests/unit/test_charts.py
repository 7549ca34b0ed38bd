"""Tables become pictures in which every cell, dot and step stands where its number says."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from training.pictures.charts import plot_estimates, plot_matrix, plot_reasons
from training.pictures.plots import save_figure

EXPLAINED = {
    "baseline": -2.0,
    "reasons": [
        {"label": "近365天行政处罚次数", "value": 2.0, "contribution": 0.75},
        {"label": "注册资本", "value": None, "contribution": -0.5},
    ],
    "other": 0.25,
    "total": -1.5,
}


def _ticks(figure: Figure, axis: str) -> list[str]:
    return [text.get_text() for text in getattr(figure.axes[0], f"get_{axis}ticklabels")()]


def _written(figure: Figure) -> bytes:
    """The picture as PNG: writing it fails where the font lacks a glyph."""
    png = io.BytesIO()
    save_figure(figure, png)
    return png.getvalue()


def test_a_matrix_shows_each_share_in_its_cell_and_leaves_null_ones_empty() -> None:
    shares = pd.DataFrame({"完整性": [0.5, 1.0], "及时性": [np.nan, 0.25]}, index=["甲所", "乙所"])
    figure = plot_matrix(shares, "数据质量 data quality")
    cells = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in figure.axes[0].texts}
    assert cells == {(0, 0): "50%", (1, 0): "100%", (1, 1): "25%"}
    assert (_ticks(figure, "x"), _ticks(figure, "y")) == (["完整性", "及时性"], ["甲所", "乙所"])
    assert _written(figure).startswith(b"\x89PNG")


def test_estimates_stand_at_their_values_between_the_ends_of_their_intervals() -> None:
    table = pd.DataFrame({"value": [0.1, 0.3], "low": [0.05, 0.2], "high": [0.2, 0.45]}, index=["低", "高"])
    figure = plot_estimates({"预测": table, "观察": table.assign(value=[0.15, None])}, "各等级问题率", "问题率")
    dots, other = figure.axes[0].containers
    assert dots.lines[0].get_xdata().tolist() == [0.1, 0.3]
    assert np.isnan(other.lines[0].get_xdata()[1])
    assert [line[:, 0].tolist() for line in dots.lines[2][0].get_segments()] == [
        pytest.approx([0.05, 0.2]),
        pytest.approx([0.2, 0.45]),
    ]
    assert _ticks(figure, "y") == ["低", "高"]
    assert _written(figure).startswith(b"\x89PNG")


def test_reasons_lead_from_the_baseline_to_the_margin() -> None:
    figure = plot_reasons(EXPLAINED, "理由 reasons")
    bars = figure.axes[0].patches
    assert bars[0].get_x() == EXPLAINED["baseline"]
    assert [bar.get_width() for bar in bars] == [0.75, -0.5, 0.25]
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(EXPLAINED["total"])
    assert _ticks(figure, "y") == ["近365天行政处罚次数 = 2", "注册资本 = 空 null", "其余指标 other"]
    assert _written(figure).startswith(b"\x89PNG")


def test_reasons_of_several_indicators_have_no_value_and_need_no_remainder() -> None:
    grouped = {**EXPLAINED, "reasons": [{"label": "监管", "contribution": 0.5}], "other": 0.0}
    figure = plot_reasons(grouped, "理由 reasons")
    assert _ticks(figure, "y") == ["监管"]
    low, high = figure.axes[0].get_xlim()
    assert low < EXPLAINED["baseline"] < EXPLAINED["total"] < high
