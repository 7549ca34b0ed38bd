"""What an address is called in logs and metrics: as the description writes it, without what the caller put into it.

A path may hold an enterprise's id, and anybody can make up new ones; both would stay in logs and metrics for good.
"""

from functools import lru_cache
from typing import Protocol

from fastapi import FastAPI

OTHER = "other"
"""An address that nobody has."""

_PROBES = ("/livez", "/readyz", "/healthz", "/metrics")
"""What BentoML answers by itself."""


class Named(Protocol):
    """How an address is called."""

    def __call__(self, path: str, /) -> str: ...


def names_of(app: FastAPI) -> Named:
    """How each path of an app is called: `/v1/worklists/{name}` for every list, OTHER for what it does not answer."""

    @lru_cache(maxsize=1024)
    def name(path: str) -> str:
        if path in _PROBES:
            return path
        for route in app.routes:
            expression = getattr(route, "path_regex", None)
            if expression is not None and expression.match(path):
                return str(getattr(route, "path", OTHER)) or OTHER
        return OTHER

    return name


def is_probe(path: str) -> bool:
    """Whether this only asks how the service is; such requests are not logged."""
    return path in _PROBES
