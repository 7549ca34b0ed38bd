"""A small simulated district, its models and its backtest, made once for all tests that look at them.

The recipe is shortened (fewer snapshots and seeds, one thread) and the sectors' threshold lowered, so that a district
of this size reaches every path: a sector with candidates of its own, small ones, and one without any outcome.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from features.build import Frame, build_frame
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.source import Records, read_records, records_from_frames
from simulation.district import simulate
from training import backtest as backtesting
from training import candidates, examples, fit
from training.backtest import Backtest, backtest
from training.fit import fit_models
from training.fitted import Training

AS_OF = date(2024, 1, 1)
ENTERPRISES, YEARS, SEED = 1500, 5, 11
NEVER_INSPECTED = "boilers"


@dataclass(frozen=True)
class District:
    """`tables` are the records as pandas has them, `training` was fitted at AS_OF, `judged` is its backtest.

    `frame` holds everyone's indicators at AS_OF.
    """

    records: Records
    tables: Mapping[str, pd.DataFrame]
    standards: Mapping[str, Standard]
    training: Training
    judged: Backtest
    frame: Frame


@cache
def small_district() -> District:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "district"
        simulate(folder, ENTERPRISES, YEARS, SEED, progress=False)
        tables = {name: table.to_pandas() for name, table in read_records(folder).tables.items()}
    inspections = tables["inspections"]
    tables["inspections"] = inspections[inspections["sector"] != NEVER_INSPECTED].reset_index(drop=True)
    records = records_from_frames(tables)
    standards = read_standards(SHIPPED_STANDARDS)
    trained: list[Training] = []
    built: list[Frame] = []

    def remembered(*arguments, **options) -> Training:
        trained.append(fit_models(*arguments, **options))
        return trained[-1]

    def remembered_frame(*arguments) -> Frame:
        built.append(build_frame(*arguments))
        return built[-1]

    with short_recipe() as patch:
        patch.setattr(backtesting, "fit_models", remembered)
        patch.setattr(backtesting, "build_frame", remembered_frame)
        judged = backtest(records, standards, AS_OF)
    return District(records, tables, standards, trained[0], judged, built[0])


@contextmanager
def short_recipe() -> Iterator[pytest.MonkeyPatch]:
    """Train with this and the same records give the same models as those of the district."""
    one_thread = {"num_threads": 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "SNAPSHOTS", 5)
        patch.setattr(fit, "SECTOR_PROBLEMS", 30)
        patch.setattr(candidates, "SEEDS", (1, 2))
        patch.setattr(candidates, "BOOSTER", {**candidates.BOOSTER, **one_thread})
        patch.setattr(candidates, "SECTOR_BOOSTER", {**candidates.SECTOR_BOOSTER, **one_thread})
        yield patch
