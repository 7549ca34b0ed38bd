"""CSV files: comma, semicolon or tab between the fields."""

import csv
import io
from collections import Counter

from records.errors import DataError
from records.systems.files.encoding import decode
from records.systems.files.sheet import Sheet
from records.systems.values.cell import Cell, plain

DELIMITERS = ("\t", ",", ";", "|")
_SAMPLE_LINES = 10


def read_delimited(content: bytes, label: str) -> list[Sheet]:
    """The one table of a CSV file.

    Raises
    ------
    DataError
        If the encoding is mixed or unknown, or a quote is opened and not closed.
    """
    decoded = decode(content, label)
    reader = csv.reader(io.StringIO(decoded.text), delimiter=_delimiter(decoded.text), strict=True)
    grid: list[list[Cell]] = []
    numbers: list[int] = []
    broken: dict[int, str] = {}
    ended = 0
    try:
        for fields in reader:
            began, ended = ended + 1, reader.line_num
            if not any(plain(field) for field in fields):
                continue
            faults = [decoded.broken[line] for line in range(began, ended + 1) if line in decoded.broken]
            if faults:
                broken[began] = faults[0]
            grid.append([*fields])
            numbers.append(began)
    except csv.Error as error:
        raise DataError(
            f"{label} must be CSV, line {ended + 1} is not ({error}): correct its quotes and export it again."
        ) from error
    return [Sheet(label, grid, numbers, broken, is_exact=True)]


def _delimiter(text: str) -> str:
    """The first that divides at least half of the first lines into the same number of fields; a comma if none does."""
    sample = text.splitlines()[:_SAMPLE_LINES]
    for mark in DELIMITERS:
        widths = Counter(len(fields) for fields in csv.reader(sample, delimiter=mark) if len(fields) > 1)
        if widths and 2 * widths.most_common(1)[0][1] >= len(sample):
            return mark
    return ","
