"""A small invented split for the tests of the quality benchmark: two indicators carry the outcome, two are noise."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.split import Split
from model.calibration import probability_of
from model.standard import SHIPPED_STANDARDS, read_standards
from model.standard_terms import Band, PointTable

AS_OF = date(2024, 1, 1)
NAMES = ("penalties_count_365d", "complaints_count_365d", "enterprises_tenure_days", "changes_count_365d", "recalls_x")
SNAPSHOTS = pd.to_datetime(["2021-01-01", "2021-07-01", "2022-07-01", "2023-01-01"])
TABLE = PointTable(cuts=(25, 50, 75), scale=100, bands={NAMES[0]: (Band(1, 40), Band(2, 90))})


def small_split(fitted: int = 1_200, judged: int = 500, seed: int = 3) -> Split:
    """Four snapshots, of which the last two are recent; a quarter of the judged were never inspected before.

    The last column is null throughout. The product's own probability is the true one.
    """
    generator = np.random.default_rng(seed)
    fitted_matrix, fitted_truth = _drawn(generator, fitted)
    judged_matrix, judged_truth = _drawn(generator, judged)
    as_of = SNAPSHOTS[np.arange(fitted) % len(SNAPSHOTS)]
    general = replace(read_standards(SHIPPED_STANDARDS)["general"], point_table=TABLE)
    keys = pd.DataFrame(
        {
            "as_of": as_of,
            "enterprise_id": [f"E{number:04d}" for number in range(fitted)],
            "sector": "food_operation",
            "outcome": (generator.random(fitted) < fitted_truth).astype(float),
            "weight": generator.choice([0.5, 1.0], fitted),
            "is_recent": as_of >= SNAPSHOTS[2],
            "horizon_days": 365,
        }
    )
    rows = pd.DataFrame(
        {
            "enterprise_id": [f"J{number:04d}" for number in range(judged)],
            "sector": "food_operation",
            "outcome": (generator.random(judged) < judged_truth).astype(float),
            "probability": judged_truth,
            "tier_rank": 1,
            "own_rate": np.where(np.arange(judged) % 4 == 0, np.nan, generator.choice([0.0, 0.5, 1.0], judged)),
        }
    )
    return Split(AS_OF, NAMES, keys, fitted_matrix, rows, judged_matrix, {"general": general}, 0)


def _drawn(generator: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Indicators and the true probability."""
    counts = generator.poisson((0.7, 1.0), (rows, 2))
    noise = np.column_stack([generator.uniform(100, 9_000, rows), generator.poisson(0.5, rows)])
    matrix = np.column_stack([counts, noise, np.full(rows, np.nan)]).astype(np.float32)
    return matrix, probability_of(-2.0 + 0.9 * counts[:, 0] + 0.4 * counts[:, 1])
