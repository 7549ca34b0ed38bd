"""Fill in templates: in the visitor's language, with everything escaped, and nothing from another host."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from model.reasons import Language
from model.tiers import TIERS
from records.contract import TIMEZONE
from serving.access.token import ROLES
from serving.review.desk import desk_of
from serving.review.visitor import PATH, Visitor, language_of, remember
from serving.review.words import STATUS_WORDS

_HERE = Path(__file__).parent
_TEMPLATES = (_HERE / "templates", _HERE / "enterprise" / "templates")
STATIC = {file.name: file.read_bytes() for file in sorted((_HERE / "static").iterdir())}
"""Our own stylesheet, scripts and icon by name; there are no others."""
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_CHINESE, _ENGLISH = "zh-CN", "en"


def render(request: Request, visitor: Visitor, template: str, status: int = 200, **content: Any) -> Response:
    """A page for a visitor, with the session and the language kept by the browser."""
    response = _filled(request, visitor.language, template, status, visitor=visitor, **content)
    remember(request, response, visitor)
    return response


def render_bare(request: Request, template: str, status: int, texts: Mapping[Language, Any]) -> Response:
    """A page for whoever it is, which needs no session: `text` is what `texts` says in their language."""
    language = language_of(request)
    return _filled(request, language, template, status, visitor=None, text=texts[language])


def _filled(request: Request, language: Language, template: str, status: int, **content: Any) -> Response:
    is_chinese = language == "zh"

    def t(zh: str, en: str) -> Markup:
        """A text in the page's language."""
        return escape(zh if is_chinese else en)

    def form_key() -> str:
        """A key of its own for each form of the page."""
        return desk_of(request).seal().form_key(content["visitor"].session)

    text = (
        _environment()
        .get_template(template)
        .render(
            t=t,
            form_key=form_key,
            language=_CHINESE if is_chinese else _ENGLISH,
            other=_ENGLISH if is_chinese else _CHINESE,
            here=request.url.path,
            other_address=_in_language(request, "en" if is_chinese else "zh"),
            **content,
        )
    )
    return HTMLResponse(text, status)


def enterprise_address(enterprise_id: str, sector: str | None = None) -> str:
    """Where the page of one enterprise is, in one sector or (null) in the first of its."""
    query = f"?{urlencode({'sector': sector})}" if sector else ""
    return f"{PATH}/enterprises/{quote(enterprise_id, safe='')}{query}"


def draw_address(draw_id: str) -> str:
    """Where the page of one draw is."""
    return f"{PATH}/draws/{quote(draw_id, safe='')}"


def address(name: str, **query: object) -> str:
    """The address of a page below /review with what follows the `?`; what is null or empty is left out."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{PATH}/{name}" + (f"?{urlencode(given)}" if given else "")


def static_address(name: str) -> str:
    """Where a file of ours is; it names the content, so that a browser may keep it for ever."""
    return f"{PATH}/static/{name}?v={hashlib.sha256(STATIC[name]).hexdigest()[:12]}"


def strip_query(request: Request) -> Request:
    """The request without the language and without fields left empty, as a form sends them."""
    given = [(name, text) for name, text in request.query_params.multi_items() if text and name != "lang"]
    return Request({**request.scope, "query_string": urlencode(given).encode()})


def percent(share: float | None, digits: int = 1) -> str:
    """A share as a person reads it; a dash where there is none."""
    return "–" if share is None or share != share else f"{share:.{digits}%}"


def local(moment: datetime) -> str:
    """A moment as the bureau's clocks show it, to the minute."""
    return f"{moment.astimezone(ZoneInfo(TIMEZONE)):%Y-%m-%d %H:%M}"


def _in_language(request: Request, language: str) -> str:
    """This page's address in another language; that of a form's page where a form was sent."""
    query = [(name, text) for name, text in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*query, ('lang', language)])}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        address=address,
        draw_address=draw_address,
        enterprise_address=enterprise_address,
        roles=ROLES,
        status_words=STATUS_WORDS,
        static_address=static_address,
        tiers=TIERS,
    )
    environment.filters["percent"], environment.filters["local"] = percent, local
    return environment
