"""Ids as a sorted column of bytes, which is memory-mapped and searched without being read whole."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def id_bytes(enterprise_ids: Sequence[str]) -> NDArray[np.bytes_]:
    """Ids as fixed-width UTF-8 bytes, in the order given."""
    return np.array([one.encode() for one in enterprise_ids] or [b"\0"], dtype=np.bytes_)[: len(enterprise_ids)]


def positions_in(ids: NDArray[np.bytes_], asked: Sequence[str]) -> NDArray[np.int64]:
    """The position of each asked id in the ascending column `ids`, -1 where it is not there."""
    if not len(ids):
        return np.full(len(asked), -1, dtype=np.int64)
    wanted = [one.encode("utf-8", "surrogatepass") for one in asked]
    # An id is cut to the width of the known ones, so that the whole column need not be widened to compare.
    cut = np.array(wanted, dtype=f"S{ids.dtype.itemsize}")
    found = np.minimum(np.searchsorted(ids, cut), len(ids) - 1)
    # NumPy drops trailing zero bytes and cuts long ids: only the bytes as they were sent decide.
    is_same = [known == one for known, one in zip(ids[found].tolist(), wanted, strict=True)]
    return np.where(is_same, found, -1)
