"""Put scored parts together: one array per column over all rows, and what is known only of all of them."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from model.tiers import TIERS
from records.quality import OverallQuality
from serving.scoring.frame_file import FRAME_FILE, read_rows, write_shape
from serving.scoring.scored_part import COLUMNS, KEYS_FILE, KEYS_SCHEMA, count_rows
from serving.snapshot import SHADOW
from serving.verdicts import STATUSES

MEDIAN_ROWS = 100_000
"""Of a larger sector so many rows at least, and fewer than twice as many, evenly spread over all, tell its medians
(project decision): the frame of a province need not be in memory, and they are the middle to within 0.4 % of all."""


def assemble(parts: Sequence[Path], frame: Path, width: int, building: Path, threads: int) -> list[str]:
    """Put the rows of all parts, in their order, into the directory `building`; return the sectors by code.

    Parts hold different enterprises, those of each after those of the part before. `frame` is the file of the `width`
    indicators of all rows; it stays where it is, too.
    """
    (building / COLUMNS).mkdir(parents=True)
    (building / FRAME_FILE).hardlink_to(frame)
    sectors = _save_keys(parts, building)
    for folder in (COLUMNS, SHADOW):
        for path in sorted((parts[0] / folder).glob("*.npy")):
            if path.stem != "first_row":
                (building / folder).mkdir(exist_ok=True)
                _join([part / folder / path.name for part in parts], building / folder / path.name)
    np.save(building / COLUMNS / "first_row.npy", np.concatenate(list(_first_rows(parts))))
    codes = np.load(building / COLUMNS / "sector.npy")
    write_shape(frame, len(codes), width)
    np.save(building / COLUMNS / "typical.npy", _typical(frame, codes, len(sectors), threads))
    return sectors


@dataclass(frozen=True)
class Origin:
    """What a snapshot was made of: its date, the digest of the release, its indicators and how good the records are."""

    as_of: date
    release: str
    indicators: Sequence[str]
    quality: OverallQuality | None


def describe(building: Path, sectors: list[str], origin: Origin, files: Mapping[str, str]) -> dict[str, Any]:
    """What a snapshot says of itself; `files` are the digests of what it consists of."""
    return {
        "as_of": origin.as_of.isoformat(),
        "release": origin.release,
        "sectors": sectors,
        "indicators": list(origin.indicators),
        "counts": _counts(building / COLUMNS, sectors),
        "quality": None if origin.quality is None else asdict(origin.quality),
        "files": files,
    }


def _join(paths: Sequence[Path], out: Path) -> None:
    """The arrays one after another in one file, of which only one is in memory; ids get the width of the widest."""
    shapes = [np.load(path, mmap_mode="r") for path in paths]
    kind = np.result_type(*shapes)
    shape = (sum(map(len, shapes)), *shapes[0].shape[1:])
    with out.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for path in paths:
            np.load(path).astype(kind, copy=False).tofile(file)


def _first_rows(parts: Sequence[Path]) -> Iterator[NDArray[np.int64]]:
    """Where each enterprise begins in all rows, and the end."""
    start = 0
    for part in parts:
        yield np.load(part / COLUMNS / "first_row.npy") + start
        start += count_rows(part)
    yield np.array([start])


def _save_keys(parts: Sequence[Path], building: Path) -> list[str]:
    """The keys of all rows, and each row's sector as a code."""
    found = [pq.read_table(part / KEYS_FILE, columns=["sector"])["sector"].to_numpy() for part in parts]
    names = sorted({name for sectors in found for name in sectors})
    codes = [np.searchsorted(np.array(names, dtype=object), sectors) for sectors in found]
    np.save(building / COLUMNS / "sector.npy", np.concatenate(codes).astype(np.uint16))
    with pq.ParquetWriter(building / KEYS_FILE, KEYS_SCHEMA) as writer:
        for part in parts:
            writer.write_table(pq.read_table(part / KEYS_FILE))
    return names


def _typical(frame: Path, codes: NDArray[np.uint16], sectors: int, threads: int) -> NDArray[np.float32]:
    """The median of each indicator over each sector's rows, shape (sectors, indicators); NaN without any value."""

    def of_sector(code: int) -> NDArray[np.float32]:
        rows = np.flatnonzero(codes == code)
        return _medians(read_rows(frame, rows[:: max(1, len(rows) // MEDIAN_ROWS)]).T.copy())

    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(of_sector, range(sectors))))


def _medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of what is known in each row; NaN without any."""
    known = np.count_nonzero(~np.isnan(values), axis=1)
    # Whole rows are sorted, NaN last, in less time than each takes to be rid of NaN and parted.
    values.sort(axis=1)
    middles = np.stack([np.maximum(known - 1, 0) // 2, np.minimum(known // 2, values.shape[1] - 1)], axis=1)
    return np.take_along_axis(values, middles, axis=1).mean(axis=1)


def _counts(columns: Path, sectors: Sequence[str]) -> dict[str, Any]:
    """How many rows have each status, and how many each tier, by sector."""
    status, tier, codes = (np.load(columns / f"{name}.npy") for name in ("status", "tier", "sector"))
    return {
        "enterprises": len(np.load(columns / "enterprise_id.npy", mmap_mode="r")),
        "rows": len(codes),
        "status": {name: int((status == code).sum()) for code, name in enumerate(STATUSES)},
        "tiers": {
            sector: {one.id: int((tier[codes == code] == one.rank).sum()) for one in TIERS}
            for code, sector in enumerate(sectors)
        },
    }
