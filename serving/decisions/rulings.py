"""Which decision rules over each tier: the last one that counts. Kept up to date entry by entry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from model.tiers import HIGH_RANK
from records.contract import TIMEZONE
from serving.decisions.decision import Decision, Key, Second, Verdict


@dataclass(frozen=True)
class Ruling:
    """What a decision lays over the snapshot: another tier, or (null) that the model's is agreed to.

    `agreed_rank` is the tier that was agreed to, null for an override. It rules before `expires_on` (null: no end).
    """

    number: int
    tier_rank: int | None
    agreed_rank: int | None
    expires_on: date | None
    decided_on: date

    def is_in_force(self, today: date) -> bool:
        """Whether it rules on this day; the day on which it expires already excludes."""
        return self.expires_on is None or today < self.expires_on

    def confirms(self, rank: int) -> bool:
        """Whether a person stands behind this tier of the model."""
        return self.tier_rank is None and self.agreed_rank == rank == HIGH_RANK


@dataclass
class Rulings:
    """By enterprise and sector: what rules, what waits for a second person (by number), and what is said to be wrong.

    A newer ruling replaces an older one for good, and with it whatever older one still waits: a ruling that expires
    does not bring back the one before it. `last` is the number of the last entry taken in.
    """

    last: int = 0
    ruling: dict[Key, Ruling] = field(default_factory=dict)
    pending: dict[int, tuple[Key, Ruling]] = field(default_factory=dict)
    faults: dict[Key, Verdict] = field(default_factory=dict)

    def after(self, entries: Iterable[Decision | Second]) -> "Rulings":
        """What they are after further entries, in the order of their numbers; these here are left as they were."""
        then = Rulings(self.last, dict(self.ruling), dict(self.pending), dict(self.faults))
        for entry in entries:
            if isinstance(entry, Second):
                then._second(entry)
            else:
                then._decision(entry)
            then.last = entry.number
        return then

    def in_force(self, today: date) -> dict[Key, Ruling]:
        """What rules on this day."""
        return {key: ruling for key, ruling in self.ruling.items() if ruling.is_in_force(today)}

    def waiting_keys(self) -> set[Key]:
        """Over which tiers something waits for a second person."""
        return {key for key, _ in self.pending.values()}

    def _decision(self, decision: Decision) -> None:
        self.faults.pop(decision.key, None)
        if decision.verdict != "agree":
            self.faults[decision.key] = decision.verdict
        if not decision.is_ruling:
            return
        agreed = decision.seen.tier_rank if decision.verdict == "agree" else None
        ruling = Ruling(decision.number, decision.tier_rank, agreed, decision.expires_on, _day(decision.at))
        self._drop_pending(decision.key)
        if decision.needs_second:
            self.pending[decision.number] = (decision.key, ruling)
        else:
            self.ruling[decision.key] = ruling

    def _second(self, second: Second) -> None:
        waited = self.pending.pop(second.decision, None)
        if waited is not None and second.is_granted:
            key, ruling = waited
            self.ruling[key] = ruling

    def _drop_pending(self, key: Key) -> None:
        self.pending = {number: waits for number, waits in self.pending.items() if waits[0] != key}


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(TIMEZONE)).date()
