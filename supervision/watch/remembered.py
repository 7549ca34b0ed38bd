"""What was answered at earlier dates, kept in a small ledger: what later inspections judge, and jumps start from.

One date is two files: `DATE.parquet`, the answers, and `DATE.json`, which names their release and snapshot and what was
expected of them. A date that is watched again replaces its own.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from records.errors import ModelError

COLUMNS = ("enterprise_id", "sector", "tier_rank", "margin", "probability", "reasons", "contributions")
"""`reasons` names the indicators of the strongest reasons and `contributions` (log-odds) goes with it."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Entry:
    """One date of the ledger; `estimates` as `supervision.watch.estimates.estimates` gives them."""

    as_of: date
    release: str
    snapshot: str
    estimates: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Remembered:
    """The ledger in a folder, which need not exist before something is remembered."""

    folder: Path

    def remember(self, entry: Entry, answers: pd.DataFrame) -> None:
        """Keep a date; each file appears whole or not at all, and the entry last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-") as temporary:
            answers[list(COLUMNS)].to_parquet(Path(temporary) / "answers", index=False)
            content = {**asdict(entry), "as_of": entry.as_of.isoformat()}
            text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
            (Path(temporary) / "entry").write_text(text, encoding="utf-8")
            (Path(temporary) / "answers").replace(self._place(entry.as_of, "parquet"))
            (Path(temporary) / "entry").replace(self._place(entry.as_of, "json"))

    def before(self, as_of: date) -> list[Entry]:
        """The entries of dates before `as_of`, oldest first; ModelError for one that cannot be read."""
        days = sorted(path.stem for path in self.folder.glob("*.json") if _DAY.fullmatch(path.stem))
        return [self._entry(day) for day in days if day < as_of.isoformat()]

    def answers(self, entry: Entry, *columns: str) -> pd.DataFrame:
        """The answers of an entry, or some columns of them."""
        return pd.read_parquet(self._place(entry.as_of, "parquet"), columns=list(columns or COLUMNS))

    def _entry(self, day: str) -> Entry:
        path = self.folder / f"{day}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return Entry(**{**content, "as_of": date.fromisoformat(content["as_of"])})
        except (KeyError, TypeError, ValueError) as broken:
            raise ModelError(
                f"An entry of the ledger must be as `fenji watch` writes it, {path} is not; remove it or watch {day} "
                "again."
            ) from broken

    def _place(self, as_of: date, suffix: str) -> Path:
        return self.folder / f"{as_of.isoformat()}.{suffix}"
