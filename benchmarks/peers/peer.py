"""What a peer is: another way to answer for the same enterprises from the same rows."""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.split import Split
from records.progress import Report

Array = NDArray[np.float64]
SEED = 0
"""Every peer that draws random numbers draws them from here."""


class NotApplicable(Exception):  # noqa: N818 - not an error: the peer has no answer for this data set
    """Raised by a peer that cannot answer on a data set; the message says why."""


@dataclass(frozen=True)
class Peer:
    """One peer: `answer` learns from the fitted rows of a split and gives a probability per judged row.

    `libraries` are the packages whose releases may change the answer; a peer without any is a rule that is worked out
    each time.
    """

    name: str
    zh: str
    en: str
    libraries: tuple[str, ...]
    answer: Callable[[Split, Report], Array]

    @property
    def missing(self) -> list[str]:
        """Its libraries that are not installed."""
        return [library for library in self.libraries if _version(library) is None]

    @property
    def digest(self) -> str:
        """Changes with the peer's own source and with the releases of its libraries."""
        releases = [f"{library}=={_version(library)}" for library in self.libraries]
        source = Path(inspect.getfile(self.answer)).read_bytes()
        return hashlib.sha256("\n".join([self.name, *releases]).encode() + source).hexdigest()


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
