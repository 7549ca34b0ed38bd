"""A card as Markdown and as one self-contained HTML file, both from the same sections."""

import re
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from training.cards.blocks import Card, Cell, Code, Text

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#])")


def to_markdown(card: Card) -> str:
    """The card in Markdown: Chinese first, English beside; pictures are left to the tables that hold their numbers."""
    return _template("card.md.jinja").render(card=card)


def to_html(card: Card, pictures: Mapping[str, str]) -> str:
    """The card as one HTML file that loads nothing from elsewhere.

    `pictures` are inline SVGs of our own drawing by the names that the card's `Picture` blocks use; one that is not
    there is left out. All text is escaped.
    """
    return _template("card.html.jinja").render(card=card, pictures={k: Markup(v) for k, v in pictures.items()})


def escape_markdown(text: str) -> str:
    """A text of any origin so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("training.cards", "templates"),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["markdown"] = _markdown_cell
    environment.filters["breakable"] = lambda name: escape(name).replace("_", Markup("_<wbr>"))
    environment.tests["day"] = lambda cell: isinstance(cell, str) and _DAY.fullmatch(cell) is not None
    environment.tests["text"] = lambda cell: isinstance(cell, Text)
    environment.tests["code"] = lambda cell: isinstance(cell, Code)
    return environment


def _markdown_cell(cell: Cell) -> str:
    if isinstance(cell, Text):
        return " ".join(escape_markdown(part) for part in (cell.zh, cell.en) if part)
    if isinstance(cell, Code):
        return "`" + re.sub(r"[`|]", "'", " ".join(cell.split())) + "`"
    return escape_markdown(cell)
