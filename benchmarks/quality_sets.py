"""The data sets of the quality benchmark: public inspections, the simulated district, and whatever a user adds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.open_data import OPEN_DATA, OpenData, prepare
from model.standard import SHIPPED_STANDARDS
from records.errors import ConfigError
from simulation.district import simulate

ENTERPRISES = 10_000
YEARS = 6
SEED = 7
AS_OF = date(2024, 1, 1)
WORKSPACE = Path("var") / "quality"


@dataclass(frozen=True)
class QualitySet:
    """A set by name and T = `as_of`; `locate` makes it where needed and gives its records and its standards."""

    name: str
    as_of: date
    locate: Callable[[], tuple[str, Path]]


def shipped_sets() -> list[QualitySet]:
    """Toronto with both outcomes, Chicago, and a simulated district with the shipped standards."""
    opened = [QualitySet(data.name, date.fromisoformat(data.as_of), _prepared(data)) for data in OPEN_DATA]
    return [*opened, QualitySet("simulated", AS_OF, _simulated)]


def _prepared(data: OpenData) -> Callable[[], tuple[str, Path]]:
    def locate() -> tuple[str, Path]:
        records, standards = prepare(data)
        return str(records), standards

    return locate


def _simulated() -> tuple[str, Path]:
    """Made anew each time: it takes seconds, and the simulator may have changed."""
    records = WORKSPACE / "simulated"
    simulate(records, ENTERPRISES, YEARS, SEED)
    return str(records), SHIPPED_STANDARDS


def own_sets(
    names: Sequence[str], records: Sequence[str], standards: Sequence[Path], as_of: Sequence[date]
) -> Iterator[QualitySet]:
    """A user's own sets: the n-th of each belong together; one directory of standards may serve all.

    Raises ConfigError when their numbers differ or a name is taken twice.
    """
    if len(standards) == 1:
        standards = list(standards) * len(names)
    counts = (len(names), len(records), len(standards), len(as_of))
    if len(set(counts)) > 1:
        raise ConfigError(
            f"Each added set needs a name, records, standards and an as-of date, got {counts[0]}, {counts[1]}, "
            f"{counts[2]} and {counts[3]} of them; give NAME, RECORDS, STANDARDS and AS_OF the same number of values."
        )
    for name, location, directory, day in zip(names, records, standards, as_of, strict=True):
        yield QualitySet(name, day, _located(location, directory))


def _located(records: str, standards: Path) -> Callable[[], tuple[str, Path]]:
    return lambda: (records, standards)


def chosen_sets(sets: Sequence[QualitySet], wanted: Sequence[str]) -> list[QualitySet]:
    """The sets named in `wanted`, in the order of `sets`; all of them if it is empty.

    Raises ConfigError for a name that no set or more than one set has.
    """
    by_name: Mapping[str, QualitySet] = {one.name: one for one in sets}
    if len(by_name) < len(sets):
        raise ConfigError(
            f"Each set needs a name of its own, got {', '.join(s.name for s in sets)}; give another NAME."
        )
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise ConfigError(f"SETS may hold {', '.join(by_name)}, got {', '.join(unknown)}; correct the name.")
    return [one for one in sets if not wanted or one.name in wanted]
