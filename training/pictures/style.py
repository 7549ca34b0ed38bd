"""How every picture of ours looks: colours, lines, and a font that has the Chinese glyphs."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.figure import Figure

_FONT = pylopdf_fonts_zh_cn.sans_path()
font_manager.fontManager.addfont(str(_FONT))

BLUE, ORANGE, GREY, BAND = "#1f5fa8", "#d9640a", "#8a8f98", "#dbe7f5"
INK, GRID = "#33373d", "#e9ebee"
RISING = ("#9ec5ea", "#4f8fcf", "#f0a35c", "#c2410c")
"""From the least to the most risk, told apart without telling red from green, on white and on black."""
_THEMED = {BLUE: "blue", ORANGE: "orange", GREY: "grey", BAND: "band", INK: "ink", GRID: "grid"}
"""Which variable of a page's style sheet (`training/cards/templates/card.css`) stands for a colour."""
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


def inline_svg(figure: Figure) -> str:
    """A figure to stand within a page: text stays text, and colours are variables of the page's style sheet.

    So it follows the page's light, dark and printed dress. Equal figures give equal text.
    """
    text = io.StringIO()
    # Names of markers are hashes: by the title they differ between the drawings of a page, and are always the same.
    salt = figure.axes[0].get_title(loc="left")
    with styled(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :].replace(f"'{STYLE['font.family']}'", "var(--sans)")
    for colour, variable in _THEMED.items():
        svg = svg.replace(colour, f"var(--{variable})")
    # Nor may a name that nothing refers to stand in the page twice.
    used = set(re.findall(r"#([\w-]+)", svg))
    return re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", svg)
