"""What of an answer's forms a caller wants (`Accept`), and whether it has the answer already (`If-None-Match`)."""

from collections.abc import Sequence
from hashlib import sha256

from starlette.requests import Request

from records.errors import RequestError

_ANYTHING = "*/*"


def accepted(request: Request, offers: Sequence[str]) -> str:
    """The offered media type that the caller likes best; of equals, and without a wish, the first one offered.

    Raises RequestError (406) where none will do.
    """
    wishes = _weights(request.headers.get("accept") or _ANYTHING)
    best = max(offers, key=lambda offer: _weight(offer, wishes))
    if _weight(best, wishes) <= 0:
        raise RequestError(
            "not_acceptable", "", f"This address answers as {', '.join(offers)}; set Accept to one of them.", 406
        )
    return best


def tag_of(*parts: object) -> str:
    """The entity tag of an answer that is a function of these parts.

    It is a weak one: the same rows are promised, not the same bytes, which a later version may write otherwise.
    """
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has the answer with this tag already, by RFC 9110, 13.1.2."""
    sent = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in sent.split(",")}
    return "*" in known or tag.removeprefix("W/") in known


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (one.strip() for one in part.split(";"))
        named = dict(one.split("=", 1) for one in parameters if "=" in one)
        weights[kind.lower()] = _number(named.get("q", "1"))
    return weights


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(offer: str, wishes: dict[str, float]) -> float:
    """The most special wish decides: the type itself, its family, anything."""
    named = (offer, f"{offer.split('/')[0]}/*", _ANYTHING)
    return next((wishes[one] for one in named if one in wishes), 0.0)
