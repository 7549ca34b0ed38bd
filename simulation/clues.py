"""What an officer can see: clues with the day they were known, summed to the visible history of a day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clocks import Instants
from simulation.history import DAY, Days
from simulation.places import Floats
from simulation.population import Ints
from simulation.rows import days, instants
from simulation.world import World

CLUE_DAYS = 730
"""Officers look back two years."""
TIER_FLOORS = (0.9, 2.2, 4.5)
"""Visible histories from which an enterprise counts as medium, medium-high and high when a draw is planned."""

REPORTED_WEIGHT = 0.7
COMPLAINED_WEIGHT = 0.35
VERIFIED_WEIGHT = 0.8
FAILED_SAMPLING_WEIGHT = 2.0
MISSED_REPORT_WEIGHT = 0.9
LISTING_WEIGHT = 1.0
PROBLEM_WEIGHTS = {"general": 1.6, "serious": 3.0}
"""How much one clue of each sort weighs with the officers: rules of thumb, not a model."""


@dataclass(frozen=True)
class Clues:
    """One entry per clue: the enterprise, when it happened, when it was known, how much it weighs."""

    enterprise: Ints
    occurred: Days
    known: Instants
    weight: Floats

    def visible_at(self, day: np.datetime64, enterprises: int) -> Floats:
        """The visible history of every enterprise at 00:00 of a day: the weights of the clues known by then."""
        seen = (self.known < day) & (self.occurred >= day - CLUE_DAYS * DAY) & (self.occurred < day)
        return np.bincount(self.enterprise[seen], self.weight[seen], enterprises).astype(float)


def tiers_of(visible: Floats) -> Ints:
    """The stratum of a draw, 0 (low) to 3 (high), by visible history."""
    return np.digitize(visible, TIER_FLOORS)


def joined(*parts: Clues) -> Clues:
    """All clues in one."""
    return Clues(
        np.concatenate([part.enterprise for part in parts]),
        np.concatenate([part.occurred for part in parts]),
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def from_records(world: World, frame: pd.DataFrame, weight: object) -> Clues:
    """Clues from rows of a subject, each with the weight given for it (or for all)."""
    return Clues(
        enterprise_numbers(world, frame),
        days(frame["occurred_on"]),
        instants(frame["known_at"]),
        np.broadcast_to(np.asarray(weight, dtype=float), (len(frame),)),
    )


def enterprise_numbers(world: World, frame: pd.DataFrame) -> Ints:
    """The number in the population of each row's enterprise."""
    return pd.Index(world.population.ids).get_indexer(pd.Index(frame["enterprise_id"]))


def early_clues(
    world: World,
    complaints: pd.DataFrame,
    samplings: pd.DataFrame,
    reports: pd.DataFrame,
    listings: pd.DataFrame,
) -> Clues:
    """The clues that do not come from inspections."""
    received = complaints[complaints["verified"].isna()]
    verified = complaints[complaints["verified"].fillna(False).astype(bool)]
    failed = samplings[samplings["result"] == "fail"]
    missed = reports[reports["state"] == "not_filed"]
    listed = listings.drop_duplicates("record_id")
    said = np.where(received["kind"] == "report", REPORTED_WEIGHT, COMPLAINED_WEIGHT)
    return joined(
        from_records(world, received, said),
        from_records(world, verified, VERIFIED_WEIGHT),
        from_records(world, failed, FAILED_SAMPLING_WEIGHT),
        from_records(world, missed, MISSED_REPORT_WEIGHT),
        from_records(world, listed, LISTING_WEIGHT),
    )
