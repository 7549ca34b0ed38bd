"""What complaints, penalties and leads are about, by the sector they fall into."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simulation.population import Words
from simulation.rows import blanked

UNNAMED_SHARE = 0.1
"""Records of which nobody wrote down what they are about."""
WITHOUT_SECTOR: Mapping[str, float] = {
    "contract": 3, "product_quality": 2, "food_safety": 2, "price_marking": 1, "registration": 2, "licence": 1,
    "other": 3,
}  # fmt: skip
FOOD: Mapping[str, float] = {"food_safety": 6, "licence": 1, "other": 1}
EQUIPMENT: Mapping[str, float] = {"equipment": 7, "licence": 1, "other": 1}
BY_SECTOR: Mapping[str, Mapping[str, float]] = {
    "pickled_vegetables": FOOD,
    "food_production": FOOD,
    "food_operation": {"food_safety": 6, "licence": 1, "price_marking": 1, "measurement": 0.5, "other": 1.5},
    "special_food": {"food_safety": 4, "advertising": 3, "other": 1},
    "drugs": {"licence": 3, "product_quality": 3, "price_marking": 1, "advertising": 1, "other": 1},
    "medical_devices": {"licence": 3, "product_quality": 3, "advertising": 1, "other": 1},
    "cosmetics": {"product_quality": 4, "licence": 1, "advertising": 2, "other": 1},
    "product_quality": {"product_quality": 6, "certificate": 1, "standard_gap": 1, "other": 1},
    "intellectual_property": {"infringement": 8, "other": 1},
    "consumer_rights": {"contract": 4, "product_quality": 2, "price_marking": 1, "other": 2},
    "special_equipment": EQUIPMENT,
    "boilers": EQUIPMENT,
    "metrology": {"measurement": 7, "price_marking": 1, "other": 1},
    "certification": {"certificate": 7, "product_quality": 1, "other": 1},
    "inspection_testing": {"false_report": 6, "certificate": 2, "other": 1},
    "enforcement": {"infringement": 2, "licence": 2, "advertising": 1, "contract": 1, "other": 2},
    "price": {"price_marking": 7, "other": 2},
    "online_trading": {"online_display": 5, "product_quality": 2, "advertising": 1, "other": 1},
    "standards": {"standard_gap": 7, "product_quality": 1, "other": 1},
    "advertising": {"advertising": 8, "other": 1},
}  # fmt: skip
"""Weights of the matters in each sector (project decisions)."""


def matters_of(rng: np.random.Generator, sector: pd.Series) -> Words:
    """A matter for each record of the named sector (null: none named); null where nobody wrote it down."""
    place = rng.random(len(sector))
    unnamed = rng.random(len(sector)) < UNNAMED_SHARE
    named = sector.astype("object").where(sector.notna(), "").to_numpy()
    chosen = np.empty(len(sector), dtype=object)
    for one in np.unique(named.astype(str)):
        weights = BY_SECTOR.get(one, WITHOUT_SECTOR)
        edges = np.cumsum(list(weights.values())) / sum(weights.values())
        own = named == one
        chosen[own] = np.array(list(weights), dtype=object)[np.searchsorted(edges, place[own], side="right")]
    return blanked(chosen, unnamed)


def with_matters(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with a matter each, the same in all versions of a record."""
    first = frame.drop_duplicates("record_id")
    matter = pd.Series(matters_of(rng, first["sector"]), index=first["record_id"].to_numpy(), dtype="object")
    return frame.assign(matter=matter.reindex(frame["record_id"].to_numpy()).to_numpy())
