"""A hash-chained log in a file that one process writes: whole lines, on disk before a call returns."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import orjson

from serving.audit.chain import Head, link

DIGEST_LENGTH = 64


class LogFile:
    """Lines of the form `DIGEST CONTENT`: JSON with its number, and its digest, which covers that of the line before.

    Beside it lie the bodies that lines name by digest, in a file of their own: it can be deleted when its time has
    come, and the chain stays whole. Both are for their owner alone to read.
    """

    def __init__(self, path: Path) -> None:
        """Make both files; OSError where they cannot be made."""
        self.path = path
        self.head = Head()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lines = _Appended(path)
        self._bodies = _Appended(bodies_of(path))
        _sync_folder(path.parent)

    def append(self, contents: Iterable[dict[str, Any]], bodies: Iterable[bytes] = ()) -> None:
        """Write lines and bodies; OSError where not all can be written, and then none of the lines is kept."""
        head, lines = self.head, []
        for content in contents:
            number = head.number + 1
            text = orjson.dumps({"number": number, **content}).decode()
            head = Head(number, link(head.digest, text))
            lines.append(f"{head.digest} {text}\n".encode())
        # A line never names a body that is not there.
        self._bodies.append([body + b"\n" for body in bodies])
        self._lines.append(lines)
        self.head = head

    def close(self) -> None:
        """Let go of the files."""
        self._lines.close()
        self._bodies.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()


def bodies_of(path: Path) -> Path:
    """The file of the bodies that the lines of a log name."""
    return path.with_suffix(".bodies")


class _Appended:
    """A file to whose end is written; what is written in part is taken back."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._size = 0

    def append(self, parts: Sequence[bytes]) -> None:
        if not parts:
            return
        content = b"".join(parts)
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(self._file, content[written:], self._size + written)
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(content)

    def close(self) -> None:
        os.close(self._file)


def _sync_folder(folder: Path) -> None:
    """A new file is only there after a power failure if its folder was written as well."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
