"""The log of a worker: one JSON object a line, and one such line for every answer.

No line holds a body, a query, a header or the id of an enterprise; of a fault it says the kind and the place, never its
message, in which a library may quote what a caller sent.
"""

import logging
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from serving.clock import now

_PROJECT = Path(__file__).resolve().parents[2]
_LOG = logging.getLogger("bentoml.fenji")
_WORKERS = ("", "bentoml", "uvicorn.error")
"""The loggers whose handlers write a worker's log; the first is the root."""


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: at, level, message, and what `fields` add to it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"fault": type(record.exc_info[1]).__name__, "place": place_of(record.exc_info[1])}
        return orjson.dumps(line, default=str).decode()


def write_json_lines() -> None:
    """Let whatever this process logs be JSON lines, BentoML's own lines too."""
    for name in _WORKERS:
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(JsonLines())


def log_answer(method: str, address: str, status: int, seconds: float, state: Mapping[str, Any]) -> None:
    """Write the line of one answer; `address` is its name, `state` what was noted with the request."""
    scorer = state.get("scorer")
    fields = {
        "request_id": state.get("request_id"),
        "method": method,
        "address": address,
        "status": status,
        "duration_ms": round(1000 * seconds, 3),
        "token": state.get("token_id"),
        "release": scorer.release.digest if scorer else None,
        "snapshot": scorer.snapshot.digest if scorer else None,
    }
    _LOG.info("answered", extra={"fields": fields})


def place_of(fault: BaseException) -> str:
    """The lines of ours through which a fault came, outermost first; never what it says."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PROJECT)]
    return " > ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in ours)
