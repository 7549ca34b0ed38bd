"""Which pages the public site has, and their text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from posixpath import relpath
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from features.indicator import CATEGORIES
from model.standard import GENERAL, Standard
from records.scope import CODE_RULINGS, TYPE_RULINGS
from supervision.publication.dictionary_page import dictionary_groups
from supervision.publication.repairs import read_guide
from supervision.publication.sector_page import lay_out
from supervision.publication.words import (
    DIRECTION_SIGNS,
    DIRECTION_WORDS,
    SEVERITY_WORDS,
    cap,
    frequency,
    halves,
    months,
    percent,
    period,
    source,
)
from training.cards.blocks import Text

STYLE_FILE = "style.css"
CHINESE, ENGLISH = "zh-CN", "en"
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef](?:.*[\u3000-\u9fff\uff00-\uffef])?")
"""From the first Chinese character or punctuation mark of a text to the last."""
_TEMPLATES = PackageLoader("supervision.publication", "templates")
_FOLDERS = {CHINESE: "", ENGLISH: "en/"}
"""Chinese pages stand at the root, English ones below `en/` under the same names."""


@dataclass(frozen=True)
class Page:
    """One page, the same in both languages: its name without a language, its template, and what it is filled with."""

    name: str
    template: str
    title: Text
    content: Mapping[str, Any] = field(default_factory=dict)


def render_site(standards: Mapping[str, Standard]) -> dict[str, str]:
    """Every file of the site by its path: the same standards always give the same text."""
    files = {STYLE_FILE: _TEMPLATES.get_source(_environment(), STYLE_FILE)[0]}
    for page in _pages(standards):
        for language, folder in _FOLDERS.items():
            files[folder + page.name] = _render(page, language)
    return files


def ordered(standards: Mapping[str, Standard]) -> list[Standard]:
    """The standards by deadline, those without one after the others; the general one comes first."""
    last = "9999-12-31"
    return sorted(
        standards.values(),
        key=lambda one: (one.sector != GENERAL, str(one.deadline or last), one.office, one.sector),
    )


def page_of(sector: str) -> str:
    """The name of a sector's page."""
    return f"sectors/{sector}.html"


def _pages(standards: Mapping[str, Standard]) -> Iterator[Page]:
    guide, in_order = read_guide(), ordered(standards)
    yield Page(
        "index.html",
        "index.html.jinja",
        Text("企业信用风险分类标准", "Standards of credit-risk classification"),
        {"standards": in_order, "offices": _by_office(in_order), "layouts": [lay_out(s, standards) for s in in_order]},
    )
    for standard in in_order:
        title = Text(
            f"{standard.name_zh}领域企业信用风险分类标准" if standard.sector != GENERAL else "通用企业信用风险分类标准",
            f"{standard.name_en}: standard of credit-risk classification",
        )
        content = {"page": lay_out(standard, standards), "guide": guide}
        yield Page(page_of(standard.sector), "sector.html.jinja", title, content)
    groups = dictionary_groups(standards)
    count = sum(len(group.entries) for group in groups)
    title = Text("指标字典", "Indicator dictionary")
    yield Page("indicators.html", "indicators.html.jinja", title, {"groups": groups, "count": count})
    yield Page("repair.html", "repair.html.jinja", Text("信用修复", "Credit repair"), {"guide": guide})
    rulings = {"types": TYPE_RULINGS, "codes": CODE_RULINGS}
    yield Page("scope.html", "scope.html.jinja", Text("分类范围", "Scope of the classification"), rulings)


def _by_office(standards: list[Standard]) -> dict[str, list[Standard]]:
    """The standards of each responsible office, offices in the order of their names."""
    offices: dict[str, list[Standard]] = {}
    for standard in standards:
        offices.setdefault(standard.office, []).append(standard)
    return dict(sorted(offices.items()))


def _render(page: Page, language: str) -> str:
    other = ENGLISH if language == CHINESE else CHINESE
    here = _FOLDERS[language] + page.name

    def link(name: str, anchor: str = "", to: str = language) -> str:
        """The way from this page to a place on another one in a language, or to a file of the root (no language)."""
        target = relpath(_FOLDERS.get(to, "") + name, here.rpartition("/")[0] or ".")
        return quote(target) + (f"#{quote(anchor)}" if anchor else "")

    def say(text: Text) -> Markup:
        """A text in the page's language; its Chinese where it has no English."""
        return escape(text.zh) if language == CHINESE else _with_han_marked(text.en or text.zh)

    return (
        _environment()
        .get_template(page.template)
        .render(
            title=page.title,
            language=language,
            other=other,
            name=page.name,
            link=link,
            say=say,
            t=lambda zh, en: escape(zh if language == CHINESE else en),
            # Names of offices, rules and check items exist in Chinese only.
            han=escape if language == CHINESE else _with_han_marked,
            **page.content,
        )
    )


def _with_han_marked(text: str) -> Markup:
    """A text for an English page, with what is Chinese in it marked as such."""
    found = _HAN.search(text)
    if found is None:
        return escape(text)
    before, after = text[: found.start()], text[found.end() :]
    return Markup('{}<span lang="zh-CN">{}</span>{}').format(before, found[0], after)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = lambda name: escape(name).replace("_", Markup("_<wbr>"))
    environment.globals |= {
        "page_of": page_of,
        "period": period,
        "percent": percent,
        "frequency": frequency,
        "cap": cap,
        "months": months,
        "source": source,
        "halves": halves,
        "severities": SEVERITY_WORDS,
        "signs": DIRECTION_SIGNS,
        "directions": DIRECTION_WORDS,
        "categories": {name: Text(zh, en) for name, (zh, en) in CATEGORIES.items()},
        "style_file": STYLE_FILE,
        "Text": Text,
        "GENERAL": GENERAL,
    }
    return environment
