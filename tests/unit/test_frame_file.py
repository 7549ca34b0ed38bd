"""The indicators of all rows grow in one file, part by part."""

from pathlib import Path

import numpy as np
import pytest

from serving.scoring import frame_file
from serving.scoring.frame_file import FRAME_FILE, read_rows, write_rows, write_shape

WIDTH = 3
ROWS = np.arange(11 * WIDTH, dtype=np.float32).reshape(11, WIDTH)


@pytest.mark.parametrize("cuts", [(), (4,), (1, 2, 10)])
def test_parts_one_after_another_are_one_array(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    path = tmp_path / FRAME_FILE
    for first, behind in zip((0, *cuts), (*cuts, len(ROWS)), strict=True):
        write_rows(path, first, ROWS[first:behind])
    write_shape(path, len(ROWS), WIDTH)
    assert np.array_equal(np.load(path), ROWS)
    np.save(tmp_path / "whole.npy", ROWS)
    assert path.read_bytes() == (tmp_path / "whole.npy").read_bytes(), "as NumPy would have written it"


def test_what_an_interrupted_run_left_of_a_part_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / FRAME_FILE
    write_rows(path, 0, ROWS[:4])
    write_rows(path, 4, np.full((30, WIDTH), np.nan, dtype=np.float32))
    write_rows(path, 4, ROWS[4:])
    write_shape(path, len(ROWS), WIDTH)
    written = path.read_bytes()
    assert len(written) == np.lib.format.open_memmap(path, mode="r").offset + ROWS.nbytes, "and nothing behind"
    write_shape(path, len(ROWS), WIDTH)
    assert path.read_bytes() == written
    assert np.array_equal(np.load(path), ROWS)


def test_rows_that_lie_otherwise_in_memory_are_written_as_rows(tmp_path: Path) -> None:
    path = tmp_path / FRAME_FILE
    write_rows(path, 0, np.asfortranarray(ROWS))
    write_shape(path, len(ROWS), WIDTH)
    assert np.array_equal(np.load(path), ROWS)


@pytest.mark.parametrize("rows", [[], [0], [1, 4, 10], list(range(11))])
def test_some_rows_are_read_piece_by_piece(tmp_path: Path, rows: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_file, "ROWS_AT_ONCE", 2)
    path = tmp_path / FRAME_FILE
    write_rows(path, 0, ROWS)
    write_shape(path, len(ROWS), WIDTH)
    assert np.array_equal(read_rows(path, np.array(rows, dtype=np.intp)), ROWS[rows])
