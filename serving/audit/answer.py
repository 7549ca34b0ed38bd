"""One answer of the service, as it is handed to the log of its worker."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from serving.audit.event import of_caller


@dataclass(frozen=True)
class Answered:
    """Who was answered what, when and from which data.

    `address` is the path with its query; `served` names what answered by digest (release and snapshot, or extract);
    `body` is what was sent, null for a GET, `reply` what was answered. Without `keeps_body` the body is written down
    as a digest alone.
    """

    request_id: str
    at: datetime
    token_id: str | None
    address: str
    served: dict[str, str]
    body: bytes | None
    reply: bytes
    keeps_body: bool = True

    def content(self, canonical: bytes | None) -> dict[str, Any]:
        """What the log says of it; `canonical` is the body in its canonical form."""
        return {
            "request": self.request_id,
            "at": self.at.isoformat(timespec="microseconds"),
            "caller": of_caller(self.token_id),
            "address": self.address,
            **self.served,
            "body": None if canonical is None else sha256(canonical).hexdigest(),
            "reply": sha256(self.reply).hexdigest(),
        }


def canonical_body(body: bytes) -> bytes:
    """A body of JSON with sorted keys and without blanks: what two callers mean alike is the same bytes."""
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
