"""What a reviewer says of one tier, and what a second person says of that. Both are only ever added."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from model.tiers import HIGH_RANK, TIERS
from serving.audit.chain import canonical
from serving.digests import digest_of_text

Verdict = Literal["agree", "data_wrong", "model_wrong"]

VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "agree": ("同意", "agree"),
    "data_wrong": ("数据有误", "the data are wrong"),
    "model_wrong": ("模型有误", "the model is wrong"),
}
"""What is wrong is said apart: wrong data are for the office that provides them, a wrong model for who trains it."""

LOW_RANK = TIERS[0].rank
LONGEST_DAYS = 366
"""No override outlives a year and a day, so that each is looked at again (project decision)."""
CONFIRMED_DAYS = 183
"""A confirmed high tier counts as confirmed for half a year, in later snapshots too (project decision)."""

Key = tuple[str, str]
"""Enterprise id and sector."""


@dataclass(frozen=True)
class Seen:
    """What the service answered when the decision was taken: release, snapshot, and the model's own tier."""

    release: str
    snapshot: str
    as_of: date
    tier_rank: int
    source: str


@dataclass(frozen=True)
class Second:
    """What a second person says of an override to low: granted or not, with a note."""

    decision: int
    is_granted: bool
    note: str
    token_id: str | None
    at: datetime
    number: int = 0


@dataclass(frozen=True)
class Decision:
    """One decision about the tier of an enterprise in a sector.

    `tier_rank` is the tier that an override puts in the model's place, null where the tier is left as it is. It rules
    until `expires_on`, exclusive: on that day it rules no more. `token_id` is null on a machine without tokens.
    `number` is that of its entry in the audit log, 0 before it is kept; `second` is null until a second person has
    spoken.
    """

    enterprise_id: str
    sector: str
    verdict: Verdict
    tier_rank: int | None
    reason: str
    expires_on: date | None
    seen: Seen
    token_id: str | None
    at: datetime
    number: int = 0
    second: Second | None = None

    @property
    def key(self) -> Key:
        """Whose tier, in which sector."""
        return self.enterprise_id, self.sector

    @property
    def is_ruling(self) -> bool:
        """Whether it settles a tier: it agrees, or puts another in its place. The others only say what is wrong."""
        return self.verdict == "agree" or self.tier_rank is not None

    @property
    def needs_second(self) -> bool:
        """Whether two persons must agree: the low tier is left alone, so nobody puts an enterprise there alone."""
        return self.tier_rank == LOW_RANK

    @property
    def is_granted(self) -> bool | None:
        """Whether it counts; null while it waits for a second person."""
        if not self.needs_second:
            return True
        return None if self.second is None else self.second.is_granted

    def told(self) -> dict[str, Any]:
        """What the audit log keeps of it: nothing that names the enterprise, and a digest that binds all the rest."""
        return {
            "verdict": self.verdict,
            "model_rank": self.seen.tier_rank,
            "tier_rank": self.tier_rank,
            "expires_on": self.expires_on and self.expires_on.isoformat(),
            "snapshot": self.seen.snapshot,
            "content": content_digest(self),
        }


def expiry_of(verdict: Verdict, seen_rank: int, chosen: date | None, today: date) -> date | None:
    """Until when a decision rules: what was chosen, for a confirmed high tier CONFIRMED_DAYS; null: without an end."""
    if verdict == "agree":
        return today + timedelta(days=CONFIRMED_DAYS) if seen_rank == HIGH_RANK else None
    return chosen


def content_digest(kept: Any) -> str:
    """The digest of everything that was written of a decision, an objection or an answer, but its number."""
    content = {name: value for name, value in asdict(kept).items() if name not in ("number", "second", "answer")}
    return digest_of_text(canonical(_plain(content)))


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, datetime):
        return content.timestamp()
    return content.isoformat() if isinstance(content, date) else content
