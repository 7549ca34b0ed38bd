"""The explainable boosting machine: one curve per indicator, as interpret fits it."""

import warnings

from benchmarks.peers.peer import SEED, Array, Peer
from benchmarks.split import Split
from records.progress import Report


def answer(split: Split, progress: Report) -> Array:
    """interpret's classifier at its defaults but without pairs, on every core (which changes nothing but the time).

    Its default looks for three pairs per column: some ten minutes of computing for the 15,000 rows and 129 columns of
    Chicago, and more than the whole comparison may take for all sets. Curves alone take a tenth. Columns without
    variation are left out.
    """
    from interpret.glassbox import ExplainableBoostingClassifier

    machine = ExplainableBoostingClassifier(interactions=0, random_state=SEED, n_jobs=-1)
    with warnings.catch_warnings():
        # It says that its pictures of curves leave out nulls, which nobody draws here.
        warnings.filterwarnings("ignore", message="Missing values detected", category=UserWarning)
        machine.fit(split.fitted_matrix[:, split.is_varying], split.outcome.astype(int), sample_weight=split.weight)
    return machine.predict_proba(split.judged_matrix[:, split.is_varying])[:, 1].astype(float)


PEER = Peer("ebm", "EBM（无交互项）", "EBM, defaults without pairs", ("interpret-core",), answer)
