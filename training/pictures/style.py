"""How every picture of ours looks: colours, lines, and a font that has the Chinese glyphs."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import pylopdf_fonts_zh_cn
from matplotlib import font_manager

_FONT = pylopdf_fonts_zh_cn.sans_path()
font_manager.fontManager.addfont(str(_FONT))

BLUE, ORANGE, GREY, BAND = "#1f5fa8", "#d9640a", "#8a8f98", "#dbe7f5"
INK, GRID = "#33373d", "#e9ebee"
STYLE: dict[Any, Any] = {
    "font.family": font_manager.FontProperties(fname=str(_FONT)).get_name(),
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": GRID,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.facecolor": "white",
}


@contextmanager
def styled() -> Iterator[None]:
    """Our style; a character that the font lacks is an error, not an empty box in a report."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing from")
        yield
