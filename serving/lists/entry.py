"""One entry of a list as it is compared with applicants."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

EndsBy = Literal["removal", "listed_until", "list_rules", "repair", "use_until", "withdrawal"]
"""Why an entry ends on its day: as its record says, or, where it gives no term, by the rules of the list."""


@dataclass(frozen=True)
class Entry:
    """An enterprise on a list from `listed_on` until `ends_on`, exclusive; null: until it is removed.

    `kind` and `cause` are codes of the record contract; `record_id` and `decision_no` name what the entry rests on,
    `responsible` the office that answers for it.
    """

    enterprise_id: str
    record_id: str
    kind: str
    cause: str
    decision_no: str | None
    listed_on: date
    ends_on: date | None
    ends_by: EndsBy | None
    responsible: str

    def is_in_force(self, today: date) -> bool:
        """Whether the enterprise is on the list on this day; the day of the end already excludes."""
        return self.ends_on is None or today < self.ends_on


ENTRY_COLUMNS = tuple(field.name for field in fields(Entry))
