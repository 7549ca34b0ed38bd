"""What the register adds over time: changes, relations to others, dormancies."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later
from simulation.population import Flags, Ints, Words
from simulation.rows import Origin, amended, blanked, days, events, instants, stack
from simulation.world import World

REGISTER = "广东省市场主体登记系统"
CHANGE_ORIGIN = Origin("CG", REGISTER, Delay(typical_days=2, spread=0.6, late_share=0.01), producer="登记注册股")
RELATION_ORIGIN = Origin("RL", REGISTER, Delay(typical_days=4, spread=0.8, late_share=0.02), producer="登记注册股")
DORMANCY_ORIGIN = Origin("DM", REGISTER, Delay(typical_days=3, spread=0.6, late_share=0.01), producer="登记注册股")
CHANGE_ITEMS = ("name", "representative", "capital", "scope", "shareholder", "type", "other")
CHANGE_RATES = (0.03, 0.06, 0.03, 0.12, 0.06, 0.004, 0.05)
"""Changes a year by item; changes of address come from the moves of the population."""
CHANGE_LOADING = 0.25
"""Enterprises in trouble change names and representatives a little more often."""
PARTNER_SHARE = 0.45
"""Enterprises with a second shareholder."""
NEIGHBOUR_SHARE = 0.10
CONTACT_SHARE = 0.04
"""Enterprises registered at the address, or with the contact, of another one."""
WITHDRAWN_RELATION_SHARE = 0.03
"""Relations that later end (a share sold, an executive replaced): the record is withdrawn."""


def changes(world: World) -> pd.DataFrame:
    """Changes of registration, address changes on the days of the moves."""
    rng = world.rng("changes")
    everyone = np.arange(world.population.size)
    temper = np.exp(CHANGE_LOADING * world.risk.temper)
    found = [world.scatter(rng, rate * temper, everyone) for rate in CHANGE_RATES]
    moved = np.flatnonzero(~np.isnat(world.population.moved_on))
    found.append((moved, world.population.moved_on[moved]))
    item = np.repeat([*CHANGE_ITEMS, "address"], [len(enterprise) for enterprise, _ in found])
    enterprise = np.concatenate([enterprise for enterprise, _ in found])
    day = np.concatenate([day for _, day in found])
    return events(world, rng, "changes", CHANGE_ORIGIN, enterprise, day, item=item.astype(object))


def relations(world: World) -> pd.DataFrame:
    """Shareholders, executives, branches, shared addresses and contacts, from the day of founding on."""
    rng = world.rng("relations")
    size = world.population.size
    everyone = np.arange(size)
    partnered = rng.random(size) < PARTNER_SHARE
    major = np.where(partnered, rng.uniform(0.3, 0.95, size).round(2), 1.0)
    partner = world.population.owner[rng.integers(size, size=size)]
    executive = np.where(rng.random(size) < 0.6, world.population.owner, partner)
    is_branch = world.population.ent_type == "2130"
    parts = [
        _related(everyone, "shareholder", person=world.population.owner, share=major),
        _related(everyone, "shareholder", person=partner, share=(1 - major).round(2), where=partnered),
        _related(everyone, "executive", person=executive),
        _related(everyone, "branch", other=rng.integers(size, size=size), where=is_branch),
        _related(everyone, "same_address", other=_neighbour(world), where=rng.random(size) < NEIGHBOUR_SHARE),
        _related(everyone, "same_contact", other=_sibling(world), where=rng.random(size) < CONTACT_SHARE),
    ]
    rows = pd.concat(parts, ignore_index=True)
    other = rows["other"].to_numpy()
    enterprise = rows["enterprise"].to_numpy()
    rows = rows[(other != enterprise)].reset_index(drop=True)
    frame = events(
        world, rng, "relations", RELATION_ORIGIN, rows["enterprise"].to_numpy(), _since(world, rows),
        kind=rows["kind"].to_numpy(),
        other_enterprise_id=_named(world.population.ids, rows["other"].to_numpy()),
        person_hash=_named(_pseudonyms(rng, size), rows["person"].to_numpy()),
        share=rows["share"].to_numpy(),
    )  # fmt: skip
    over = rng.random(len(frame)) < WITHDRAWN_RELATION_SHARE
    ended = np.maximum(instants(frame.loc[over, "known_at"]).astype("datetime64[D]"), world.history.start)
    ended = ended + rng.integers(30, 1500, size=len(ended))
    known = known_later(rng, instants(frame.loc[over, "known_at"]), ended, CHANGE_ORIGIN.delay)
    ending = amended(frame, over, known, withdrawn_at=ended)
    return stack(frame, ending[ended < world.history.end])


def _related(
    enterprise: Ints,
    kind: str,
    *,
    other: Ints | None = None,
    person: Ints | None = None,
    share: object = np.nan,
    where: Flags | None = None,
) -> pd.DataFrame:
    """Rows of one kind of relation; -1 stands for no other enterprise or no person."""
    frame = pd.DataFrame(
        {
            "enterprise": enterprise,
            "kind": kind,
            "other": -1 if other is None else other,
            "person": -1 if person is None else person,
            "share": share,
        }
    )
    return frame if where is None else frame[where]


def _since(world: World, rows: pd.DataFrame) -> np.ndarray:
    """A relation exists once both enterprises do."""
    established = world.population.established
    own, other = rows["enterprise"].to_numpy(), rows["other"].to_numpy()
    return np.where(other >= 0, np.maximum(established[own], established[other]), established[own])


def _neighbour(world: World) -> Ints:
    """The enterprise next in a walk through the sub-districts from south to north."""
    order = np.lexsort((world.population.lat, world.population.street))
    following = np.empty_like(order)
    following[order] = np.roll(order, -1)
    return following


def _sibling(world: World) -> Ints:
    """The next enterprise in the list of owners: usually one of the same person."""
    order = np.argsort(world.population.owner, kind="stable")
    following = np.empty_like(order)
    following[order] = np.roll(order, -1)
    return following


def _pseudonyms(rng: np.random.Generator, count: int) -> Words:
    return np.array([f"p{number:016x}" for number in rng.integers(2**63, size=count)], dtype=object)


def _named(names: Words, number: Ints) -> Words:
    return blanked(names[number], number < 0)


def dormancies(world: World) -> pd.DataFrame:
    """Dormancy filings; a later version tells when the rest ended."""
    rng = world.rng("dormancies")
    population = world.population
    resting = np.flatnonzero(~np.isnat(population.dormant_from))
    begin, end = population.dormant_from[resting], population.dormant_to[resting]
    frame = events(
        world, rng, "dormancies", DORMANCY_ORIGIN, resting, begin,
        planned_end_on=begin + rng.integers(180, 1095, size=len(resting)),
        ended_on=end,
    )  # fmt: skip
    ended = days(frame["ended_on"])
    frame["ended_on"] = np.full(len(frame), np.datetime64("NaT", "D"))
    over = ended < world.history.end
    known = known_later(rng, instants(frame.loc[over, "known_at"]), ended[over], DORMANCY_ORIGIN.delay)
    return stack(frame, amended(frame, over, known, ended_on=ended[over]))
