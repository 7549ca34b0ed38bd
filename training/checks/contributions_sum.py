"""Do the reasons add up to what they explain?"""

import numpy as np

from training.checks.check import Check
from training.checks.sample import example_matrix
from training.fitted import Fitted, Training

TOLERANCE = 1e-6
ROWS = 100


def find(training: Training, fitted: Fitted) -> str | None:
    """Compare baseline plus contributions with the margin on real rows, in calibrated log-odds."""
    matrix = example_matrix(training, fitted, ROWS)
    baseline, contributions = fitted.model.contributions(matrix)
    gap = float(np.abs(baseline + contributions.sum(axis=1) - fitted.model.margins(matrix)).max())
    if gap <= TOLERANCE:
        return None
    return (
        f"Contributions must sum to the margin within {TOLERANCE:g}, they miss it by up to {gap:.2g}; "
        "look at the parts of the model that are not additive."
    )


CHECK = Check("contributions_sum", "贡献之和等于对数几率", "contributions sum to the margin", "blocking", find)
