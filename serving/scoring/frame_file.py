"""The indicators of every row in one file, written part by part: those of a province are never in memory together.

They are three quarters of a snapshot, so they are written once: the file grows with the parts, and none keeps its own.
"""

import io
import os
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAME_FILE = "frame.npy"
KIND = np.dtype(np.float32)
ROWS_AT_ONCE = 10_000
"""How many rows are read between two lettings go of the file: what is mapped of it, 64 KB for a row, counts as held."""


def write_rows(path: Path, first: int, values: NDArray[np.float32]) -> None:
    """Write `values` (rows, indicators) as the rows from `first` on, over what an interrupted run left there.

    They are on the disk when this returns. The file is no array before `write_shape`.
    """
    rows, width = values.shape
    path.touch()
    with path.open("r+b") as file:
        file.seek(len(_header(rows, width)) + first * width * KIND.itemsize)
        np.ascontiguousarray(values, dtype=KIND).tofile(file)
        file.flush()
        os.fsync(file.fileno())


def write_shape(path: Path, rows: int, width: int) -> None:
    """Make the file an array of NumPy's format, once all of its rows are written; it ends behind the last."""
    header = _header(rows, width)
    with path.open("r+b") as file:
        file.write(header)
        file.truncate(len(header) + rows * width * KIND.itemsize)


def read_rows(path: Path, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Some rows, (rows, indicators); little of the file is in memory meanwhile, however far apart they lie."""
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        (_, width), *_ = np.lib.format.read_array_header_1_0(file)
        found = np.empty((len(rows), width), dtype=KIND)
        with mmap(file.fileno(), 0, access=ACCESS_READ) as held:
            frame = np.frombuffer(held, dtype=KIND, offset=file.tell()).reshape(-1, width)
            for start in range(0, len(rows), ROWS_AT_ONCE):
                piece = slice(start, start + ROWS_AT_ONCE)
                found[piece] = frame[rows[piece]]
                held.madvise(MADV_DONTNEED)
            # It cannot be closed while something looks into it.
            del frame
    return found


def _header(rows: int, width: int) -> bytes:
    """As long for any number of rows: NumPy leaves room for the first dimension to grow."""
    header = io.BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(KIND), "fortran_order": False, "shape": (rows, width)}
    np.lib.format.write_array_header_1_0(header, described)
    return header.getvalue()
