"""The published point table of each sector, its points turned into a probability."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from benchmarks.peers.peer import Array, NotApplicable, Peer
from benchmarks.split import Matrix, Split
from model.point_table import points_of
from model.standard import GENERAL
from records.progress import Report
from training.examples import standard_of


def answer(split: Split, progress: Report) -> Array:
    """A logistic regression on the share of the scale's points; a sector without a table is read by the general one.

    That is also what a release does. Raises NotApplicable where neither has a table.
    """
    fitted = _shares(split, split.fitted["sector"], split.fitted_matrix)
    judged = _shares(split, split.judged["sector"], split.judged_matrix)
    logistic = LogisticRegression(C=np.inf).fit(fitted, split.outcome, sample_weight=split.weight)
    return logistic.predict_proba(judged)[:, 1]


def _shares(split: Split, sectors: pd.Series, matrix: Matrix) -> Array:
    """Points divided by the scale, since the scales of two sectors may differ; one column."""
    shares = np.zeros((len(sectors), 1))
    for sector in sectors.unique():
        table = standard_of(split.standards, sector).point_table or split.standards[GENERAL].point_table
        if table is None:
            raise NotApplicable(f"Neither the standard of {sector} nor the general one has a point table.")
        rows = (sectors == sector).to_numpy()
        shares[rows, 0] = points_of(table, matrix[rows].astype(float), split.names) / table.scale
    return shares


PEER = Peer("point_table", "计分表", "point table", (), answer)
