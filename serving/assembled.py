"""Put scored parts together: one array per column over all rows, and what is known only of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from model.tiers import TIERS
from records.quality import OverallQuality
from serving.digests import digests_below
from serving.scored_part import COLUMNS, FRAME_FILE, KEYS_FILE, KEYS_SCHEMA
from serving.snapshot import SHADOW
from serving.verdicts import STATUSES

BLOCK_BYTES = 2**30
"""How much of the frame is in memory while medians are worked out: all of it may be larger than that."""


def assemble(parts: Sequence[Path], building: Path) -> list[str]:
    """Write the rows of all parts, in their order, into the directory `building`; return the sectors by code.

    Parts hold different enterprises, those of each after those of the part before.
    """
    (building / COLUMNS).mkdir(parents=True)
    sectors = _save_keys(parts, building)
    for folder in (COLUMNS, SHADOW):
        for path in sorted((parts[0] / folder).glob("*.npy")):
            if path.stem != "first_row":
                (building / folder).mkdir(exist_ok=True)
                _join([part / folder / path.name for part in parts], building / folder / path.name)
    _join([part / FRAME_FILE for part in parts], building / FRAME_FILE)
    np.save(building / COLUMNS / "first_row.npy", np.concatenate(list(_first_rows(parts))))
    codes, frame = np.load(building / COLUMNS / "sector.npy"), np.load(building / FRAME_FILE, mmap_mode="r")
    np.save(building / COLUMNS / "typical.npy", _typical(frame, codes, len(sectors)))
    return sectors


@dataclass(frozen=True)
class Origin:
    """What a snapshot was made of: its date, the digest of the release, its indicators and how good the records are."""

    as_of: date
    release: str
    indicators: Sequence[str]
    quality: OverallQuality | None


def describe(building: Path, sectors: list[str], origin: Origin) -> dict[str, Any]:
    """What a snapshot says of itself."""
    return {
        "as_of": origin.as_of.isoformat(),
        "release": origin.release,
        "sectors": sectors,
        "indicators": list(origin.indicators),
        "counts": _counts(building / COLUMNS, sectors),
        "quality": None if origin.quality is None else asdict(origin.quality),
        "files": digests_below(building),
    }


def _join(paths: Sequence[Path], out: Path) -> None:
    """The arrays one after another in one file, of which only one is in memory; ids get the width of the widest."""
    arrays = [np.load(path, mmap_mode="r") for path in paths]
    shape = (sum(len(array) for array in arrays), *arrays[0].shape[1:])
    joined = np.lib.format.open_memmap(out, "w+", np.result_type(*arrays), shape)
    start = 0
    for array in arrays:
        joined[start : start + len(array)] = array
        start += len(array)
    joined.flush()


def _first_rows(parts: Sequence[Path]) -> Iterator[NDArray[np.int64]]:
    """Where each enterprise begins in all rows, and the end."""
    start = 0
    for part in parts:
        yield np.load(part / COLUMNS / "first_row.npy") + start
        start += pq.read_metadata(part / KEYS_FILE).num_rows
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


def _typical(frame: NDArray[np.float32], codes: NDArray[np.uint16], sectors: int) -> NDArray[np.float32]:
    """The median of each indicator over each sector's rows, shape (sectors, indicators); NaN without any value."""
    typical = np.full((sectors, frame.shape[1]), np.nan, dtype=np.float32)
    rows = [np.flatnonzero(codes == code) for code in range(sectors)]
    step = max(1, BLOCK_BYTES // (frame.itemsize * len(frame)))
    for start in range(0, frame.shape[1], step):
        block = np.array(frame[:, start : start + step].T)
        for code, members in enumerate(rows):
            typical[code, start : start + step] = _medians(block[:, members])
    return typical


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
