"""The versioned table of enterprises: founding, moving, resting, leaving."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, Instants, known_after
from simulation.places import STATIONS, STREET_CODES
from simulation.population import Ints, Population
from simulation.rows import blanked
from simulation.sectors import SECTOR_IDS
from simulation.world import World

REGISTRATION_DELAY = Delay(typical_days=2, spread=0.6, late_share=0.01)
"""The register reaches the credit office by nightly exchange, with a few days of grace."""
NO_CAPITAL_SHARE = 0.03
NO_INDUSTRY_SHARE = 0.01
NO_COORDINATES_SHARE = 0.03
_ROW_COLUMNS = ["enterprise", "valid_from", "known_at", "state", "street", "lat", "lon"]


def enterprise_versions(world: World) -> pd.DataFrame:
    """All versions of all enterprises, columns of the contract.

    When a version ends, the row is repeated with its `valid_to`, known at the same time as its successor:
    the bureau did not know the end before.
    """
    rng = world.rng("enterprises")
    turns = _turning_points(rng, world)
    opening = turns.assign(valid_to=np.datetime64("NaT", "D"))
    following = turns.groupby("enterprise")[["valid_from", "known_at"]].shift(-1)
    ended = following["valid_from"].notna()
    closing = turns[ended].assign(
        valid_to=following.loc[ended, "valid_from"], known_at=following.loc[ended, "known_at"]
    )
    rows = pd.concat([opening, closing], ignore_index=True)
    return _with_attributes(rng, world.population, rows)


def _turning_points(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """One row per version: from when it holds, when that was known, and the state and place from then on."""
    population, end = world.population, world.history.end
    everyone = np.arange(population.size)
    nothing = np.full(population.size, np.nan)
    founding = _points(everyone, population.established, "active", population.street, population.lat, population.lon)
    move = _points(everyone, population.moved_on, None, population.new_street, population.new_lat, population.new_lon)
    rest = _points(everyone, population.dormant_from, "dormant", nothing, nothing, nothing)
    wake = _points(everyone, population.dormant_to, "active", nothing, nothing, nothing)
    leave = _points(everyone, population.gone, population.leaving_state, nothing, nothing, nothing)
    points = pd.concat([founding, move, rest, wake, leave], ignore_index=True)
    points = points[points["valid_from"].notna() & (points["valid_from"] < end)]
    points = points.sort_values(["enterprise", "valid_from"], kind="stable")
    carried = ["state", "street", "lat", "lon"]
    points[carried] = points.groupby("enterprise")[carried].ffill()
    points = points.drop_duplicates(["enterprise", "valid_from"], keep="last").reset_index(drop=True)
    points["known_at"] = _in_order(rng, points)
    return points[_ROW_COLUMNS]


def _points(enterprise: Ints, day: object, state: object, street: object, lat: object, lon: object) -> pd.DataFrame:
    frame = pd.DataFrame({"enterprise": enterprise, "valid_from": day, "street": street, "lat": lat, "lon": lon})
    frame["state"] = pd.Series(state, index=frame.index, dtype="str")
    return frame


def _in_order(rng: np.random.Generator, points: pd.DataFrame) -> Instants:
    """Known times that rise strictly along the versions of an enterprise: one system tells of them in turn."""
    known = known_after(rng, points["valid_from"].to_numpy().astype("datetime64[D]"), REGISTRATION_DELAY)
    latest = pd.Series(known.astype(np.int64)).groupby(points["enterprise"]).cummax()
    order = points.groupby("enterprise").cumcount()
    return (latest + order * 1_000_000).to_numpy().astype("datetime64[us]")


def _with_attributes(rng: np.random.Generator, population: Population, rows: pd.DataFrame) -> pd.DataFrame:
    which = rows["enterprise"].to_numpy()
    is_branch = population.ent_type == "2130"
    no_capital = is_branch | (rng.random(population.size) < NO_CAPITAL_SHARE)
    no_industry = rng.random(population.size) < NO_INDUSTRY_SHARE
    no_coordinates = (rng.random(population.size) < NO_COORDINATES_SHARE)[which]
    street = rows["street"].to_numpy().astype(int)
    return pd.DataFrame(
        {
            "enterprise_id": population.ids[which],
            "ent_type": population.ent_type[which],
            "state": rows["state"],
            "established_on": population.established[which],
            "registered_capital_yuan": np.where(no_capital, np.nan, population.capital)[which],
            "industry_code": blanked(population.industry, no_industry)[which],
            "region": STREET_CODES[street],
            "station": STATIONS[street],
            "lat": np.where(no_coordinates, np.nan, rows["lat"]),
            "lon": np.where(no_coordinates, np.nan, rows["lon"]),
            "sectors": _sector_lists(population)[which],
            "valid_from": rows["valid_from"],
            "valid_to": rows["valid_to"],
            "known_at": rows["known_at"],
        }
    )


def _sector_lists(population: Population) -> np.ndarray:
    names = np.array(SECTOR_IDS)
    lists = np.empty(population.size, dtype=object)
    lists[:] = [names[row].tolist() for row in population.membership]
    return lists
