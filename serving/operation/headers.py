"""What every answer tells a browser, whoever wrote it."""

from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]

DEFAULTS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cache-control": b"no-store",
}
"""Answers are internal: no other site may show or read them, nothing in them may run, and nobody keeps a copy. What a
route sets itself (a page its policy, a snapshot how it may be kept) stays."""


def with_defaults(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and those of DEFAULTS that it does not set."""
    given = list(headers)
    names = {name.lower() for name, _ in given}
    return given + [(name, value) for name, value in DEFAULTS.items() if name not in names]
