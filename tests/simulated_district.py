"""A small simulated district, scored by the models of `tests.served_district`, with what was made on disk."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from records.check import check_records
from records.source import Records, read_records
from serving.current import write_current
from serving.release import load_release
from serving.scoring.population import score_population
from simulation.district import simulate
from tests import served_district as district

AS_OF = district.AS_OF
ENTERPRISES = 150


@dataclass(frozen=True)
class Simulated:
    """Where it lies, and the accepted records that were scored."""

    folder: Path
    records: Records

    @property
    def current(self) -> Path:
        return self.folder / "current.json"

    def score_at(self, as_of: date, name: str) -> Path:
        """A snapshot at another date by the same release, in a directory of this name."""
        out = self.folder / name
        score_population(self.records, load_release(self.folder / "release"), as_of, out)
        return out


def simulated_district(folder: Path) -> Simulated:
    """Simulate, score at AS_OF and put into service, all below the folder."""
    simulate(folder / "records", ENTERPRISES, 3, seed=7, end=date(2024, 10, 1), progress=False)
    made = Simulated(folder, check_records(read_records(folder / "records")).accepted)
    released = district.save_release(folder)
    write_current(made.current, released, made.score_at(AS_OF, "snapshot"))
    return made
