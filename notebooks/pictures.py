"""A figure as a picture in the notebook, drawn by our own writer: a glyph that the font lacks is an error."""

import io

from IPython.display import Image
from matplotlib.figure import Figure

from training.pictures.plots import save_figure


def shown(figure: Figure) -> Image:
    """What a cell ends with, to show a figure."""
    png = io.BytesIO()
    save_figure(figure, png)
    return Image(png.getvalue(), width=720)
