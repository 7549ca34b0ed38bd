"""Is a page whole, and does it load nothing from elsewhere? Asked of every page that we write."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background"}
"""Attributes by which a page loads or sends something."""
READ_OUT = ("title", "aria-label", "alt", "placeholder", "data-label")


@dataclass
class Page:
    """What stands in a page: ids, links, what it loads, its text, and the faults of its markup.

    `spoken` has each piece of text with the language that it is marked as, attributes that are read out included.
    """

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    spoken: list[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def read_page(html: str) -> Page:
    """A page as a strict reader finds it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    page.faults += [f"<{tag}> is never closed" for tag in reader.opened]
    page.faults += [f"id {one!r} stands twice" for one in sorted({i for i in page.ids if page.ids.count(i) > 1})]
    return page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.opened: list[str] = []
        self.marked: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("lang") or self.marked[-1]
        self._note(tag, attrs, language)
        if tag not in VOID:
            self.opened.append(tag)
            self.marked.append(language)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs, self.marked[-1])

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened[-1] != tag:
            self.page.faults.append(f"</{tag}> in {self.getpos()} closes {self.opened[-1:]}")
        else:
            self.opened.pop()
            self.marked.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self.opened or "script" in self.opened:
            self.page.loads += [line for line in data.splitlines() if "url(" in line or "@import" in line]
        else:
            self.page.text.append(data)
            self.page.spoken.append((self.marked[-1], data))

    def _note(self, tag: str, attrs: list[tuple[str, str | None]], language: str) -> None:
        given = dict(attrs)
        if len(given) != len(attrs):
            self.page.faults.append(f"<{tag}> in {self.getpos()} has an attribute twice")
        if given.get("id"):
            self.page.ids.append(str(given["id"]))
        if given.get("lang"):
            self.page.languages.add(str(given["lang"]))
        self.page.spoken += [(language, str(given[name])) for name in READ_OUT if given.get(name)]
        if tag == "a" and given.get("href"):
            self.page.links.append(str(given["href"]))
        if tag == "link" and given.get("href"):
            (self.page.links if given.get("rel") == "alternate" else self.page.loads).append(str(given["href"]))
        self.page.loads += [str(value) for name, value in attrs if name in LOADING and value is not None]
