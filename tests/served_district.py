"""A small invented district for the tests of serving: a frame, models of every level, a release, a snapshot."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.build import Frame
from features.catalogue.everything import INDICATORS
from features.peers import Peers
from model.booster import fit_bag
from model.calibration import Calibration
from model.saved import Component, SavedModel
from model.scorecard import Scorecard, ScorecardRow
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.source import Records, records_from_frames
from serving.release import load_release, release
from serving.scoring.population import write_snapshot

AS_OF = date(2024, 7, 1)
NAMES = tuple(indicator.name for indicator in INDICATORS)
SCHEMA = ("enterprises_tenure_days", "penalties_count_365d", "complaints_count_365d")
ENTERPRISES = 40
SECTOR_MODEL, POINTS, INHERITED = "food_operation", "food_production", "drugs"
UNNAMED = "not_in_a_standard"
STATION = "某所"
"""The station of every tenth enterprise from 2 on; the others have none."""
OUT_OF_SCOPE, DEREGISTERED, DORMANT, LISTED, CHINESE = 3, 5, 7, 9, 11


def enterprise_id(number: int) -> str:
    return f"企业{number:04d}" if number == CHINESE else f"E{number:04d}"


def sectors_of(number: int) -> list[str]:
    return [["general"], [SECTOR_MODEL], [SECTOR_MODEL, POINTS], [INHERITED], [UNNAMED]][number % 5]


def keys() -> pd.DataFrame:
    rows = [
        {
            "enterprise_id": enterprise_id(number),
            "sector": sector,
            "ent_type": "9500" if number == OUT_OF_SCOPE else "1130",
            "state": {DEREGISTERED: "deregistered", DORMANT: "dormant"}.get(number, "active"),
            "in_scope": number != OUT_OF_SCOPE,
            "region": "440511",
            "station": STATION if number % 10 == 2 else None,
        }
        for number in range(ENTERPRISES)
        for sector in sectors_of(number)
    ]
    return pd.DataFrame(rows).sort_values(["enterprise_id", "sector"], ignore_index=True)


def frame() -> Frame:
    """Random counts; nobody is on the list of serious violations but enterprise LISTED."""
    table = keys()
    values = np.random.default_rng(1).poisson(1.0, (len(table), len(NAMES))).astype(np.float32)
    values[::7, NAMES.index("complaints_count_365d")] = np.nan
    for name in {name for standard in standards().values() for name in standard.rule_indicators}:
        values[:, NAMES.index(name)] = 0
    listed = (table["enterprise_id"] == enterprise_id(LISTED)).to_numpy()
    values[listed, NAMES.index("listings_serious_active")] = 1
    return Frame(AS_OF, table, values, NAMES, no_peers())


def no_peers() -> Peers:
    return Peers(AS_OF, {})


def standards() -> dict[str, Standard]:
    shipped = read_standards(SHIPPED_STANDARDS)
    return {name: shipped[name] for name in ("general", SECTOR_MODEL, POINTS, INHERITED)}


def calibration() -> Calibration:
    shifts = np.random.default_rng(2).normal(0, 0.3, (50, 2))
    return Calibration(0.9, -0.2, tuple((0.9 + a / 3, -0.2 + b) for a, b in shifts.tolist()))


def models() -> dict[str, SavedModel]:
    """A boosted general model, a scorecard on top of it for one sector, a point table for another."""
    rng = np.random.default_rng(3)
    matrix = rng.poisson(1.0, (400, len(SCHEMA))).astype(float)
    outcome = (rng.random(400) < 1 / (1 + np.exp(2 - matrix[:, 1]))).astype(float)
    bag = fit_bag(
        matrix,
        outcome,
        np.ones(400),
        directions=(0, 1, 1),
        parameters={"num_leaves": 4, "num_threads": 1, "min_data_in_leaf": 20},
        rounds=10,
        seeds=(1, 2),
    )
    card = Scorecard(0.1, (ScorecardRow("penalties_count_365d", (1.0, 2.0), (-0.2, 0.1, 0.6), 0.0, 0.05),))
    by_sector = standards()
    general = SavedModel("general", "general", by_sector["general"], SCHEMA, (Component(1.0, bag),), calibration())
    sector = replace(
        general,
        sector=SECTOR_MODEL,
        level="sector",
        standard=by_sector[SECTOR_MODEL],
        components=(Component(1.0, bag), Component(1.0, card)),
    )
    table = by_sector[POINTS]
    points = SavedModel(POINTS, "point_table", table, (), (), None)
    return {"general": general, SECTOR_MODEL: sector, POINTS: points}


def save_release(folder: Path) -> Path:
    """A release directory below `folder`, in which one sector is served by the general model."""
    saved = {}
    for name, model in models().items():
        saved[name] = folder / "models" / name
        model.save(saved[name])
    release(saved, folder / "release", standards())
    return folder / "release"


def records() -> Records:
    """The enterprises alone."""
    table = keys().drop_duplicates("enterprise_id", ignore_index=True)
    number_of = {enterprise_id(number): number for number in range(ENTERPRISES)}
    return records_from_frames(
        {
            "enterprises": pd.DataFrame(
                {
                    "enterprise_id": table["enterprise_id"],
                    "ent_type": table["ent_type"],
                    "state": table["state"],
                    "established_on": date(2015, 1, 1),
                    "sectors": [sectors_of(number_of[one]) for one in table["enterprise_id"]],
                    "valid_from": date(2015, 1, 1),
                    "known_at": pd.Timestamp(2015, 1, 2),
                }
            )
        }
    )


def save_snapshot(folder: Path, release_directory: Path) -> Path:
    """The snapshot of `frame()` below `folder`, scored by the release."""
    write_snapshot(frame(), records(), load_release(release_directory), folder / "snapshot")
    return folder / "snapshot"
