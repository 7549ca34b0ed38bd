"""A delivered file, whatever its kind: told by its content, not by its name."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from records.errors import DataError
from records.systems.files.delimited import read_delimited
from records.systems.files.json_files import read_json
from records.systems.files.sheet import Sheet
from records.systems.files.spreadsheets import read_workbook


@dataclass(frozen=True)
class DeliveredFile:
    """A file with its tables; `sha256` tells whether it was delivered before."""

    name: str
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]


def read_file(path: Path) -> DeliveredFile:
    """The tables of a CSV, XLSX or JSON file.

    Raises
    ------
    DataError
        If there is no file, it is empty, or it cannot be read as what it is.
    """
    if not path.is_file():
        raise DataError(f"A delivered file must be there, got {path}: check the path.")
    content = path.read_bytes()
    sheets = tuple(_sheets(content, path.name))
    if not any(sheet.grid for sheet in sheets):
        raise DataError(f"A delivered file must hold a table, {path.name} is empty: export it again.")
    return DeliveredFile(path.name, hashlib.sha256(content).hexdigest(), len(content), sheets)


def _sheets(content: bytes, label: str) -> list[Sheet]:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:8]
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content, label)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(f"{label} is an old (.xls) or protected workbook: save it as .xlsx without a password.")
    if start.startswith(b"<"):
        raise DataError(f"{label} is a web page or XML, whatever its name says: save it as .xlsx or CSV.")
    if start.startswith((b"[", b"{")):
        return read_json(content, label)
    return read_delimited(content, label)
