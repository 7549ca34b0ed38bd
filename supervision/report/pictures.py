"""The drawings of a report as inline SVG: what each picture's numbers look like."""

from collections.abc import Callable, Mapping
from typing import Any

from supervision.report.tables import Picture
from training.pictures.charts import plot_counts, plot_estimates, plot_indexes, plot_parts
from training.pictures.style import inline_svg

_DRAWN: Mapping[str, Callable[..., Any]] = {
    "counts": plot_counts,
    "parts": plot_parts,
    "indexes": lambda numbers, title, label: plot_indexes(numbers["index"], title, label),
    "estimates": lambda numbers, title, label: plot_estimates({"": numbers}, title, label),
}


def draw(picture: Picture) -> str | None:
    """A picture as SVG that follows the page's dress; null where there is nothing to draw."""
    if picture.numbers.empty:
        return None
    title, label = f"{picture.text.zh}  {picture.text.en}", f"{picture.label.zh} {picture.label.en}"
    return inline_svg(_DRAWN[picture.kind](picture.numbers, title, label))
