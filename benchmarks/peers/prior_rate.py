"""The prior-rate rule: an enterprise's next inspection will be like its earlier ones."""

import numpy as np

from benchmarks.peers.peer import Array, Peer
from benchmarks.split import Split
from records.progress import Report

LEAST = 0.001
"""No rate is closer to 0 or 1 than this: a rule that is certain and wrong once has an infinite log-loss."""


def answer(split: Split, progress: Report) -> Array:
    """The enterprise's own problem rate before T, shrunk to nothing; the base rate where it was never inspected."""
    base_rate = float(np.average(split.outcome, weights=split.weight))
    return split.judged["own_rate"].fillna(base_rate).clip(LEAST, 1 - LEAST).to_numpy(dtype=float)


PEER = Peer("prior_rate", "历史问题率", "prior-rate rule", (), answer)
