"""Keep what a peer answered, so that a change of our recipe alone fits only ours again."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.peer import Array, Peer
from benchmarks.split import Split
from records.errors import DataError
from records.progress import Report


@dataclass(frozen=True)
class Answer:
    """A probability per judged row, and how long it took to learn and to answer (when it was first worked out)."""

    probability: Array
    seconds: float


def cached_answer(peer: Peer, split: Split, folder: Path, progress: Report) -> Answer:
    """The peer's answer for a split, read from `folder` where the same one was kept there.

    The file's name has the digest of the rows, of the peer's source and of its libraries' releases. It appears only
    when it is whole, so a run that was stopped goes on where it was. Rules without a library are not kept.
    """
    kept = folder / f"{peer.name}-{hashlib.sha256((split.digest + peer.digest).encode()).hexdigest()[:24]}.npz"
    if kept.is_file():
        with np.load(kept) as arrays:
            return Answer(arrays["probability"], float(arrays["seconds"]))
    answer = _timed(peer, split, progress)
    if peer.libraries:
        folder.mkdir(parents=True, exist_ok=True)
        # np.savez would add its ending to any other.
        unfinished = kept.with_suffix(".part.npz")
        np.savez(unfinished, probability=answer.probability, seconds=answer.seconds)
        unfinished.replace(kept)
    return answer


def _timed(peer: Peer, split: Split, progress: Report) -> Answer:
    started = time.perf_counter()
    probability = np.asarray(peer.answer(split, progress), dtype=float)
    seconds = time.perf_counter() - started
    if probability.shape != (len(split.judged),) or not ((probability >= 0) & (probability <= 1)).all():
        raise DataError(
            f"A peer must give one probability in [0, 1] for each of {len(split.judged)} judged rows, {peer.name} gave "
            f"an array of shape {probability.shape}; mend its module in benchmarks/peers."
        )
    return Answer(probability, seconds)
