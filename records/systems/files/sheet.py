"""A delivered table before anything is made of it: a grid of cells with the row numbers of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from records.systems.values.cell import Cell
from records.systems.values.dates import EXCEL_EPOCH


@dataclass(frozen=True)
class Sheet:
    """One table of a file: titles, headers and rows as they stand, wholly empty rows left out.

    Attributes
    ----------
    label : str
        What messages call it: the file's name, with the sheet's where a workbook has several.
    title : str
        The sheet's name in a workbook of several; empty otherwise.
    grid : list of list
        The rows; `numbers` gives each its line or row in the file, counted from 1.
    broken : mapping
        Rows of the file (by number) that it could not give whole, with the code of the reason.
    copied : frozenset
        Cells (position in `grid`, column) that only repeat the content of a merged cell.
    is_exact : bool
        Whether a row has to have as many fields as the header (CSV), or may end early (spreadsheets, JSON).
    epoch : date
        Day 0 of serial numbers that stand for dates.
    notes : tuple of str
        What was seen and not used.
    """

    label: str
    grid: list[list[Cell]]
    numbers: list[int]
    broken: Mapping[int, str] = field(default_factory=dict)
    copied: frozenset[tuple[int, int]] = frozenset()
    is_exact: bool = False
    epoch: date = EXCEL_EPOCH
    notes: tuple[str, ...] = ()
    title: str = ""
