"""Read a list extract: who was on the register and who on a list at one as-of date, memory-mapped by each worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from records.errors import ModelError
from records.list_purposes import shipped_purposes
from serving.digests import read_json, verify_files
from serving.id_column import positions_in
from serving.lists.entry import Entry

EXTRACT_FILE = "extract.json"
ENTRIES_FILE = "entries.arrow"


@dataclass(frozen=True)
class ListExtract:
    """The lists as they were known at 00:00 of `as_of`; immutable, named by its digest.

    `register` are the enterprises then on the register, `listed` those with an entry, both ascending by the bytes of
    their ids; the entries of the i-th listed one are `first_entry[i]` to `first_entry[i + 1]`, exclusive.
    """

    directory: Path
    digest: str
    as_of: date
    counts: Mapping[str, int]
    register: NDArray[np.bytes_]
    listed: NDArray[np.bytes_]
    first_entry: NDArray[np.int64]
    entries: pa.Table

    def entries_of(self, enterprise_ids: Sequence[str]) -> list[list[Entry]]:
        """The entries of each enterprise, also those that have ended since `as_of`."""
        return [
            self._entries(int(self.first_entry[position]), int(self.first_entry[position + 1])) if position >= 0 else []
            for position in positions_in(self.listed, enterprise_ids).tolist()
        ]

    def is_registered(self, enterprise_ids: Sequence[str]) -> list[bool]:
        """Whether each enterprise was on the register."""
        return [position >= 0 for position in positions_in(self.register, enterprise_ids).tolist()]

    def summary(self) -> str:
        """How many enterprises were on the register, and entries on each list, for a person."""
        lists = shipped_purposes().lists.values()
        parts = [f"{one.zh} {one.id} {self.counts[one.id]:,}" for one in lists]
        return " · ".join([f"登记主体 register {self.counts['register']:,}", *parts])

    def _entries(self, start: int, stop: int) -> list[Entry]:
        return [Entry(**row) for row in self.entries.slice(start, stop - start).to_pylist()]


def load_extract(directory: Path) -> ListExtract:
    """Open an extract; ModelError where a file is missing, changed or not as this version writes it."""
    content, digest = read_json(directory / EXTRACT_FILE, "list extract")
    try:
        verify_files(directory, content["files"], "list extract")
        return ListExtract(
            directory=directory,
            digest=digest,
            as_of=date.fromisoformat(content["as_of"]),
            counts=content["counts"],
            register=_mapped(directory, "register"),
            listed=_mapped(directory, "listed"),
            first_entry=_mapped(directory, "first_entry"),
            entries=pa.ipc.open_file(pa.memory_map(str(directory / ENTRIES_FILE))).read_all(),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as unknown:
        raise ModelError(
            f"A list extract must be as this version of Fenji writes it, {directory} is not; run `fenji lists` again."
        ) from unknown


def _mapped(directory: Path, name: str) -> NDArray[Any]:
    return np.asarray(np.load(directory / f"{name}.npy", mmap_mode="r"))
