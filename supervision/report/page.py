"""A report as one HTML page that loads nothing from elsewhere."""

import math
from datetime import date

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from supervision.report.pictures import draw
from supervision.report.tables import Cell, Column, Form, Moved, Page, Part, Picture, Verdict
from training.cards.blocks import Text
from training.metrics import Rate

UNKNOWN, UNDEFINED = "未知", "–"
ANSWERS = {True: Text("是", "yes"), False: Text("否", "no"), None: Text("未知", "unknown")}


def to_html(report: Page) -> str:
    """The report as a page; identical reports give identical text, and all text of the records is escaped."""
    return _environment().get_template("report.html.jinja").render(report=report)


def shown(cell: Cell, form: Form) -> Markup:
    """One cell in HTML: figures with the change since the month before, unknown ones by that word."""
    match cell:
        case Moved():
            return Markup("{}{}").format(shown(cell.value, form), _change(cell.change, form))
        case Rate():
            low, high = f"{cell.low:.1%}", f"{cell.high:.1%}"
            return Markup('{} <span class="interval">{}–{}</span>').format(f"{cell.rate:.1%}", low, high)
        case Part(part=None):
            return shown(None, form)
        case Part():
            of = f"{cell.part:,}/{cell.whole:,}"
            return Markup('{} <span class="interval">{}</span>').format(shown(cell.share, "share"), of)
        case Verdict():
            number = UNKNOWN if cell.number is None else f"{cell.number:,}"
            return Markup('{} <span class="interval">{}</span>').format(_answer(cell.answer), number)
        case Text():
            return _both(cell)
        case bool():
            return _answer(cell)
        case None:
            return Markup('<span class="unknown">{}</span>').format(UNKNOWN)
        case str() | date():
            return escape(cell)
    return escape(written(cell, form))


def written(value: float, form: Form) -> str:
    """A plain number as its column writes it."""
    if isinstance(value, float) and math.isnan(value):
        return UNDEFINED
    match form:
        case "share" | "rate":
            return f"{value:.1%}"
        case "index":
            return f"{value:.3f}"
    return f"{value:,}"


def _change(change: float | None, form: Form) -> Markup:
    """A change with its sign, in points where the figure is a share; nothing where it is unknown or none."""
    if change is None or math.isnan(change):
        return Markup("")
    text = f"{change * 100:+.1f}" if form == "share" else f"{change:+,}"
    if not float(text.replace(",", "")):
        return Markup("")
    return Markup(' <span class="change">{}</span>').format(text.replace("-", "−"))


def _answer(answer: bool | None) -> Markup:
    kind = {True: "is-yes", False: "is-no", None: "unknown"}[answer]
    words = ANSWERS[answer]
    return Markup('<span class="{}" title="{}">{}</span>').format(kind, words.en, words.zh)


def _both(text: Text) -> Markup:
    zh = Markup('<span lang="zh-CN">{}</span>').format(text.zh)
    return Markup('{} <span class="en" lang="en">{}</span>').format(zh, text.en) if text.en else zh


def _environment() -> Environment:
    # The style sheet of the model cards is the ground on which this one stands.
    loaders = [PackageLoader("supervision.report", "templates"), PackageLoader("training.cards", "templates")]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"both": _both, "shown": _shown_in, "drawn": _drawn}
    environment.tests["picture"] = lambda part: isinstance(part, Picture)
    return environment


def _shown_in(cell: Cell, column: Column) -> Markup:
    return shown(cell, column.form)


def _drawn(picture: Picture) -> Markup | None:
    svg = draw(picture)
    return None if svg is None else Markup(svg)
