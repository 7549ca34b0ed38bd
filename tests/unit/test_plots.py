"""Every picture is drawn with every glyph and shows what it promises."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from model.saved import Component
from model.scorecard import Scorecard, ScorecardRow
from tests.small_training import NAMES, OWN, small_training, with_model
from training.checks.sample import example_matrix
from training.pictures.plots import (
    LEAST_DRAWN,
    draw_pictures,
    plot_contributions,
    plot_gains,
    plot_reliability,
    plot_tiers,
    save_figure,
)

PNG = b"\x89PNG\r\n\x1a\n"
DRAWN = {"reliability": plot_reliability, "tiers": plot_tiers, "gains": plot_gains}


def _texts(figure: Figure) -> str:
    """Everything that is written on a figure's axes."""
    axes = figure.axes[0]
    labels = [axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()]
    labels += [text.get_text() for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())]
    return "\n".join(labels)


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_of_rows_are_written_with_every_glyph(name: str, tmp_path: Path) -> None:
    fitted = small_training().models[OWN]
    figure = DRAWN[name](fitted.rows, fitted.model.standard)
    save_figure(figure, tmp_path / "drawn.png")
    assert (tmp_path / "drawn.png").read_bytes().startswith(PNG)
    assert fitted.model.standard.name_zh in _texts(figure)
    assert fitted.model.standard.name_en in _texts(figure)


def test_a_glyph_that_the_font_lacks_is_an_error(tmp_path: Path) -> None:
    fitted = small_training().models[OWN]
    figure = plot_gains(fitted.rows, fitted.model.standard)
    figure.axes[0].set_title("\U0001f600")
    with pytest.raises(UserWarning, match=r"Glyph .* missing"):
        save_figure(figure, tmp_path / "drawn.png")


def test_tiers_show_how_many_enterprises_stand_behind_a_rate() -> None:
    fitted = small_training().models[OWN]
    texts = _texts(plot_tiers(fitted.rows, fitted.model.standard))
    for rank, name in enumerate(("低 low", "中 medium", "中高 medium-high", "高 high"), start=1):
        assert f"{name}\nn = {(fitted.rows['tier_rank'] == rank).sum():,}" in texts


def test_tiers_without_probability_draws_or_without_rows_are_drawn_all_the_same() -> None:
    fitted = small_training().models[OWN]
    rows = fitted.rows[fitted.rows["tier_rank"] == 1].assign(inclusion_probability=np.nan)
    assert "高 high\nn = 0" in _texts(plot_tiers(rows, fitted.model.standard))


def test_gains_name_the_three_shares() -> None:
    fitted = small_training().models[OWN]
    texts = _texts(plot_gains(fitted.rows, fitted.model.standard))
    assert all(f"查 {share}% →" in texts for share in (10, 25, 50))


def test_gains_without_any_problem_have_no_marks() -> None:
    fitted = small_training().models[OWN]
    texts = _texts(plot_gains(fitted.rows.assign(outcome=0.0), fitted.model.standard))
    assert "→" not in texts


def test_the_shap_summary_names_indicators_in_chinese(tmp_path: Path) -> None:
    training = small_training()
    fitted = training.models["general"]
    figure = plot_contributions(fitted.model, example_matrix(training, fitted, 100))
    save_figure(figure, tmp_path / "shap.png")
    assert "近365天行政处罚次数" in _texts(figure)
    assert (tmp_path / "shap.png").read_bytes().startswith(PNG)


def test_a_scorecard_is_explained_by_its_own_points() -> None:
    row = ScorecardRow(NAMES[1], edges=(1.0,), points=(0.0, 0.5), null_points=0.0, typical=0.1)
    training = with_model(small_training(), OWN, components=(Component(1.0, Scorecard(-1.0, (row,))),))
    fitted = training.models[OWN]
    assert "近365天行政处罚次数" in _texts(plot_contributions(fitted.model, example_matrix(training, fitted, 100)))


def test_pictures_of_a_card_are_inline_and_always_the_same() -> None:
    fitted = small_training().models[OWN]
    drawn = draw_pictures(fitted.rows, fitted.model.standard)
    assert list(drawn) == ["reliability", "tiers"]
    for svg in drawn.values():
        root = ElementTree.fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert any(fitted.model.standard.name_zh in (word or "") for word in words)
        assert "var(--sans)" in svg
    assert draw_pictures(fitted.rows, fitted.model.standard) == drawn


def test_a_card_draws_nothing_of_too_few_rows() -> None:
    fitted = small_training().models[OWN]
    assert draw_pictures(fitted.rows.iloc[: LEAST_DRAWN - 1], fitted.model.standard) == {}
    assert set(draw_pictures(fitted.rows.iloc[:LEAST_DRAWN], fitted.model.standard)) == {"reliability", "tiers"}
