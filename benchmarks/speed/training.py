"""How long does training every sector take, and how does it grow?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.districts import AS_OF, records_of
from benchmarks.speed.timing import alone, seconds
from model.standard import read_standards
from records.source import read_records
from training.fit import fit_models
from training.fitted import Training

STANDARDS = Path("sectors")


def measure(sizes: Sequence[int]) -> dict[str, Any]:
    """Once per size in a process of its own: seconds from records to every sector's model, and its labelled rows."""
    measured = {size: alone(train_alone, records_of(size)) for size in sizes}
    return {str(size): {**one["answer"], "peak_mib": one["peak_mib"]} for size, one in measured.items()}


def train_alone(place: Path) -> dict[str, float]:
    """Seconds of `fit_models` once the records are read; rows that have an outcome."""
    records, standards, made = read_records(place), read_standards(STANDARDS), list[Training]()
    taken = seconds(lambda: made.append(fit_models(records, standards, AS_OF)))
    return {"seconds": round(taken, 2), "labelled_rows": len(made[0].examples.keys), "sectors": len(made[0].models)}
