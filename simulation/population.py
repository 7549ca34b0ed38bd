"""The enterprises of a district: what they are, where, since when and until when."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.codes import unified_codes
from simulation.history import FAR_FUTURE, Days, History
from simulation.kinds import KINDS
from simulation.places import STATIONS, Floats, settle
from simulation.sectors import SECTOR_IDS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

WRONG_CHECK_SHARE = 0.001
"""Codes in circulation with a wrong check character."""
NO_SECTOR_SHARE = 0.03
"""Enterprises that no supervision sector has claimed yet."""
YEARLY_ENTRY = 0.07
"""New enterprises a year, as a share of the stock at the start."""
YEARLY_EXIT = 0.035
"""Deregistrations a year at average conduct; worse conduct leaves sooner."""
EXIT_LOADING = 0.3
YEARLY_MOVE = 0.03
YEARLY_DORMANCY = 0.008
MEAN_AGE_YEARS = 8.0
MAX_AGE_YEARS = 35.0
OWNER_SHARE = 0.3
"""Share of the variance of conduct that enterprises with one controlling person have in common."""
OWNERS_PER_ENTERPRISE = 0.8
"""Below one, because some persons control several enterprises."""

TYPES: tuple[tuple[str, str, float, bool, float], ...] = (
    ("1130", "91", 0.46, True, 0.0),
    ("1151", "91", 0.24, True, -0.1),
    ("1110", "91", 0.02, True, -0.4),
    ("1190", "91", 0.05, True, 0.0),
    ("1223", "91", 0.01, True, -0.5),
    ("2130", "91", 0.05, True, -0.1),
    ("4531", "91", 0.01, True, 0.1),
    ("4540", "91", 0.05, True, 0.2),
    ("5110", "91", 0.01, True, -0.3),
    ("6150", "91", 0.02, True, -0.2),
    ("9500", "92", 0.064, False, 0.3),
    ("9100", "93", 0.005, False, 0.1),
    ("9200", "93", 0.003, False, 0.1),
    ("4110", "12", 0.005, False, -0.4),
    ("4210", "52", 0.003, False, -0.2),
)
"""Enterprise type code, class prefix of its unified code, share, in scope, how much riskier (log-odds).

The last five are the subjects out of scope: individual households, cooperatives, institutions (8 percent).
"""

LEAVING_STATES = ("deregistered", "cancelled", "revoked", "moved")
LEAVING_SHARES = (0.75, 0.07, 0.08, 0.10)


@dataclass(frozen=True)
class Population:
    """One entry per enterprise in every array; membership has one column per sector (SECTOR_IDS order).

    `gone` is the day it leaves the register (FAR_FUTURE if it stays); `moved_on` the day of its one change of
    address and `dormant_from` to `dormant_to` its one dormancy (NaT if none). `conduct` (how carefully it is
    run), `elusive` (how hard it is to find) are standard normal; `exposure` (how much the public notices it)
    is positive with median 1 and says nothing about risk; `owner` numbers the controlling person.
    """

    ids: Words
    kind: Ints
    ent_type: Words
    in_scope: Flags
    type_risk: Floats
    established: Days
    gone: Days
    leaving_state: Words
    capital: Floats
    industry: Words
    street: Ints
    lat: Floats
    lon: Floats
    moved_on: Days
    new_street: Ints
    new_lat: Floats
    new_lon: Floats
    dormant_from: Days
    dormant_to: Days
    owner: Ints
    conduct: Floats
    elusive: Floats
    exposure: Floats
    membership: Flags

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def stations(self) -> Words:
        """The station that answers for each enterprise when it is founded."""
        return STATIONS[self.street]

    def exists_at(self, enterprise: Ints, day: Days) -> Flags:
        """Whether each of the enterprises is on the register on the day given for it."""
        return (self.established[enterprise] <= day) & (day < self.gone[enterprise])

    def dormant_at(self, enterprise: Ints, day: Days) -> Flags:
        """Whether each of the enterprises rests on the day given for it; without a dormancy never."""
        return (self.dormant_from[enterprise] <= day) & (day < self.dormant_to[enterprise])


def populate(rng: np.random.Generator, count: int, history: History) -> Population:
    """`count` enterprises that exist at some time of the history."""
    kind = _allot_kinds(rng, count)
    of_type = rng.choice(len(TYPES), size=count, p=np.array([entry[2] for entry in TYPES]))
    owner = _choose_owners(rng, count)
    conduct = np.sqrt(1 - OWNER_SHARE) * rng.standard_normal(count)
    conduct += np.sqrt(OWNER_SHARE) * rng.standard_normal(count)[owner]
    established = _establish(rng, count, history)
    gone = _leave(rng, conduct, established, history)
    street, lat, lon = settle(rng, count)
    new_street, new_lat, new_lon = settle(rng, count)
    dormant_from = _at_rate(rng, np.full(count, YEARLY_DORMANCY), established, gone, history)
    dormant_to = np.minimum(dormant_from + rng.integers(120, 1000, size=count), gone)
    return Population(
        ids=unified_codes(rng, _pick(TYPES, 1)[of_type], WRONG_CHECK_SHARE),
        kind=kind,
        ent_type=_pick(TYPES, 0)[of_type],
        in_scope=np.array([entry[3] for entry in TYPES])[of_type],
        type_risk=np.array([entry[4] for entry in TYPES])[of_type],
        established=established,
        gone=gone,
        leaving_state=rng.choice(np.array(LEAVING_STATES, dtype=object), size=count, p=LEAVING_SHARES),
        capital=_capital(rng, kind),
        industry=_industry(rng, kind),
        street=street,
        lat=lat,
        lon=lon,
        moved_on=_at_rate(rng, np.full(count, YEARLY_MOVE), established, gone, history),
        new_street=new_street,
        new_lat=new_lat,
        new_lon=new_lon,
        dormant_from=dormant_from,
        dormant_to=dormant_to,
        owner=owner,
        conduct=conduct,
        elusive=rng.standard_normal(count),
        exposure=np.exp(0.6 * rng.standard_normal(count)),
        membership=_join_sectors(rng, kind),
    )


def _pick(table: tuple[tuple, ...], place: int) -> Words:
    return np.array([entry[place] for entry in table], dtype=object)


def _allot_kinds(rng: np.random.Generator, count: int) -> Ints:
    """Kinds by quota (largest remainder), so that even the rarest appear as soon as there is room for one."""
    shares = np.array([kind.share for kind in KINDS])
    exact = shares / shares.sum() * count
    quota = np.floor(exact).astype(np.int64)
    quota[np.argsort(quota - exact)[: count - quota.sum()]] += 1
    return rng.permutation(np.repeat(np.arange(len(KINDS)), quota))


def _choose_owners(rng: np.random.Generator, count: int) -> Ints:
    """Controlling persons; squaring a uniform number gives a few of them many enterprises."""
    return np.floor(rng.random(count) ** 1.3 * max(1, OWNERS_PER_ENTERPRISE * count)).astype(np.int64)


def _establish(rng: np.random.Generator, count: int, history: History) -> Days:
    growth = YEARLY_ENTRY * history.years
    is_new = rng.random(count) < growth / (1 + growth)
    span = (history.end - history.start).astype(int)
    age = np.minimum(rng.exponential(MEAN_AGE_YEARS, count), MAX_AGE_YEARS * rng.uniform(0.9, 1, count))
    before = history.start - np.ceil(age * 365.25 + 1).astype(int)
    during = history.start + rng.integers(0, span, size=count)
    return np.where(is_new, during, before)


def _leave(rng: np.random.Generator, conduct: Floats, established: Days, history: History) -> Days:
    rate = YEARLY_EXIT * np.exp(EXIT_LOADING * conduct)
    day = _at_rate(rng, rate, established, np.full(len(conduct), FAR_FUTURE), history)
    return np.where(np.isnat(day), FAR_FUTURE, day)


def _at_rate(rng: np.random.Generator, rate: Floats, since: Days, until: Days, history: History) -> Days:
    """The day of the first event of a yearly `rate` after founding or the start; NaT if none in time."""
    wait = np.minimum(rng.exponential(1, len(rate)) / rate, 200) * 365.25
    day = np.maximum(since, history.start) + (30 + wait).astype(int)
    return np.where(day < np.minimum(until, history.end), day, np.datetime64("NaT", "D"))


def _capital(rng: np.random.Generator, kind: Ints) -> Floats:
    """Registered capital in yuan: log-normal around the kind's, rounded as founders do."""
    typical = np.array([entry.capital for entry in KINDS])[kind]
    return np.maximum(np.round(typical * np.exp(1.2 * rng.standard_normal(len(kind))), -4), 10_000.0)


def _industry(rng: np.random.Generator, kind: Ints) -> Words:
    choice = rng.random(len(kind))
    codes = [entry.industries for entry in KINDS]
    return np.array([codes[k][int(u * len(codes[k]))] for k, u in zip(kind, choice, strict=True)], dtype=object)


def _join_sectors(rng: np.random.Generator, kind: Ints) -> Flags:
    chance = np.array([[entry.sectors.get(sector, 0.0) for sector in SECTOR_IDS] for entry in KINDS])
    membership = rng.random((len(kind), len(SECTOR_IDS))) < chance[kind]
    # A rare kind keeps its sectors, or a small district would lose a whole sector.
    common = np.array([entry.share >= 1 for entry in KINDS])[kind]
    membership[common & (rng.random(len(kind)) < NO_SECTOR_SHARE)] = False
    return membership
