"""A few enterprises with records of every kind, scored at two dates by two releases: what the pages of one look into.

Unlike `tests.served_district`, whose frame is invented, indicators here are built from the records, so that what-if and
"why did it change" can be asked. Models are small trees that follow every indicator of SCHEMA.
"""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.catalogue.everything import BY_NAME
from model.booster import BoosterBag, fit_bag
from model.calibration import Calibration
from model.saved import Component, SavedModel
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.source import records_from_frames
from serving.release import load_release, release
from serving.scorer import Scorer
from serving.scoring.population import score_population
from serving.snapshot import load_snapshot

EARLIER, LATER = date(2024, 2, 1), date(2024, 7, 15)
SECTOR = "food_operation"
SCHEMA = (
    "enterprises_tenure_days",
    "penalties_count_1095d",
    "penalties_unpaid_overdue_count",
    "penalties_days_since",
    "listings_abnormal_active",
    "annual_reports_not_filed_count_1095d",
    "annual_reports_revenue_latest",
    "inspections_general_rate_shrunk_1825d",
    "complaints_count_1095d",
    "complaints_reports_count_365d",
    "leads_count_365d",
)
PUNISHED, REPORTED, QUIET, PLAIN = "PUNISHED", "REPORTED", "QUIET", "PLAIN"
"""With penalties, a listing and a missing report; with open reports and leads; the same without; with nothing."""
OTHERS = tuple(f"E{number:02d}" for number in range(8))
MARKUP = "<script>alert('玉')</script>"
SECRETS = ("SECRET-REPORT-1", "SECRET-REPORT-2", "SECRET-LEAD-1")
HUNDREDS = 100

Rows = dict[str, list[dict[str, Any]]]
_OWNER = {"producer": "某局<i>", "provider": "某平台", "responsible": "某所&某队", "source": "某系统"}


def event(enterprise_id: str, record_id: str, day: str, **columns: Any) -> dict[str, Any]:
    """A record that became known two days after it happened."""
    occurred = date.fromisoformat(day)
    known = pd.Timestamp(occurred + timedelta(days=2))
    return {
        "record_id": record_id,
        "enterprise_id": enterprise_id,
        "occurred_on": occurred,
        "known_at": known,
        **_OWNER,
        **columns,
    }


def rows() -> Rows:
    """The records of everyone."""
    everyone = (PUNISHED, REPORTED, QUIET, PLAIN, *OTHERS)
    began = date(2018, 3, 1)
    register = [
        {
            "enterprise_id": one,
            "ent_type": "1130",
            "state": "active",
            "established_on": began,
            "sectors": [SECTOR],
            "region": "440511",
            "valid_from": began,
            "known_at": pd.Timestamp(began),
        }
        for one in everyone
    ]
    return {
        "enterprises": register,
        "penalties": [
            _penalty(PUNISHED, "P1", "2023-03-10", "一般处罚", due_on=date(2023, 4, 1)),
            _penalty(PUNISHED, "P2", "2023-06-20", MARKUP, due_on=date(2023, 7, 1), performed_on=date(2023, 6, 25)),
            _penalty(PUNISHED, "P3", "2024-05-20", "新处罚"),
            *(_penalty(one, f"P-{one}", "2023-02-01", f"处罚{one}") for one in (REPORTED, QUIET, *OTHERS[:3])),
        ],
        "listings": [event(PUNISHED, "L1", "2023-07-05", kind="abnormal", cause="annual_report")],
        "annual_reports": [
            event(PUNISHED, "R1", "2023-07-01", year=2022, state="not_filed"),
            *(
                event(one, f"R-{one}", "2023-03-01", year=2022, state="on_time", revenue_yuan=1e6 + number)
                for number, one in enumerate(everyone)
                if one != PUNISHED
            ),
        ],
        "inspections": [
            _inspection(one, f"I-{one}", "2023-09-01", "general" if number % 3 == 0 else "none")
            for number, one in enumerate(everyone)
        ]
        + [_inspection(one, f"J-{one}", "2024-04-01", "general") for one in OTHERS[:5]],
        "complaints": [
            event(one, f"C-{one}", "2024-01-10", kind="complaint", sector=SECTOR) for one in (REPORTED, QUIET)
        ]
        + [
            event(REPORTED, one, "2024-01-15", kind="report", sector=SECTOR, matter="food_safety")
            for one in SECRETS[:2]
        ],
        "leads": [event(REPORTED, SECRETS[2], "2024-01-20", kind="media", sector=SECTOR)],
    }


def _penalty(enterprise_id: str, record_id: str, day: str, decision_no: str, **columns: Any) -> dict[str, Any]:
    facts = {"sector": SECTOR, "kind": "fine", "severity": "general", "fine_yuan": 5000.0, "decision_no": decision_no}
    return event(enterprise_id, record_id, day, **facts, use_until=date(2026, 6, 1), **columns)


def _inspection(enterprise_id: str, record_id: str, day: str, severity: str) -> dict[str, Any]:
    found = int(severity == "general")
    counts = {"findings_minor": 0, "findings_general": found, "findings_serious": 0}
    return event(enterprise_id, record_id, day, sector=SECTOR, basis="random", severity=severity, **counts)


def standards() -> dict[str, Standard]:
    """Two standards whose cuts divide what the models say, and whose hard rules nobody fulfils."""
    shipped = read_standards(SHIPPED_STANDARDS)
    return {name: replace(shipped[name], cuts=(0.05, 0.1, 0.16), direct_high=()) for name in ("general", SECTOR)}


def bag(seed: int) -> BoosterBag:
    """Small trees that follow every indicator in its direction; another seed, other trees."""
    rng = np.random.default_rng(seed)
    count = 40 * HUNDREDS
    matrix = np.column_stack([_spread(name, rng, count) for name in SCHEMA])
    directions = [BY_NAME[name].direction for name in SCHEMA]
    scaled = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    pull = np.array([direction or -1 for direction in directions])
    outcome = (rng.random(count) < 1 / (1 + np.exp(1.0 - scaled @ pull * 0.6))).astype(float)
    settings = {"num_leaves": 8, "min_data_in_leaf": 20, "learning_rate": 0.2}
    return fit_bag(
        matrix, outcome, np.ones(count), directions=directions, parameters=settings, rounds=40, seeds=(seed,)
    )


def _spread(name: str, rng: np.random.Generator, count: int) -> np.ndarray:
    """Values such as the indicator has in these records."""
    if "days" in name and "count" not in name:
        return rng.uniform(0, 2500, count)
    if "revenue" in name:
        return rng.uniform(5e5, 2e6, count)
    return rng.uniform(0, 0.6, count) if "rate" in name else rng.integers(0, 4, count).astype(float)


def save_release(
    folder: Path, seed: int = 1, offset: float = 0.0, cuts: tuple[float, float, float] | None = None
) -> Path:
    """A release below `folder`/releases; other seeds are other models, other offsets other calibrations."""
    replicates = tuple((1.0 + tilt, offset + shift) for tilt, shift in np.random.default_rng(5).normal(0, 0.1, (30, 2)))
    own = {name: one if cuts is None else replace(one, cuts=cuts) for name, one in standards().items()}
    part = (Component(1.0, bag(seed)),)
    name = f"{seed}-{offset}-{cuts}"
    models = {
        sector: SavedModel(sector, level, own[sector], SCHEMA, part, Calibration(1.0, offset, replicates))
        for sector, level in (("general", "general"), (SECTOR, "sector"))
    }
    saved = {sector: folder / "models" / name / sector for sector in models}
    for sector, model in models.items():
        model.save(saved[sector])
    release(saved, folder / "releases" / name, own)
    return folder / "releases" / name


def save_snapshot(
    folder: Path, release_directory: Path, as_of: date, given: Mapping[str, list[dict[str, Any]]]
) -> Path:
    """The snapshot of these records below `folder`/snapshots."""
    out = folder / "snapshots" / f"{as_of}-{release_directory.name}"
    records = records_from_frames({name: pd.DataFrame(own) for name, own in given.items() if own})
    score_population(records, load_release(release_directory), as_of, out)
    return out


def save_district(folder: Path) -> tuple[Path, Path, Path]:
    """Two dates and two releases: the release and the snapshot in service, and the earlier snapshot."""
    now = save_release(folder, seed=1)
    then = save_release(folder, seed=2, offset=0.2)
    earlier = save_snapshot(folder, then, EARLIER, rows())
    return now, save_snapshot(folder, now, LATER, rows()), earlier


@cache
def examined() -> tuple[Path, Scorer]:
    """The folder of a district, made once, and the scorer in service."""
    folder = Path(tempfile.mkdtemp(prefix="fenji-examined-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    now, snapshot, _ = save_district(folder)
    return folder, load(now, snapshot)


def load(release_directory: Path, snapshot: Path) -> Scorer:
    """The scorer of a release and a snapshot."""
    return Scorer(load_release(release_directory), load_snapshot(snapshot))
