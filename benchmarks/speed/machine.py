"""On which machine was it measured?"""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("duckdb", "ibis-framework", "lightgbm", "numpy", "pandas", "bentoml")


def machine() -> dict[str, Any]:
    """Processor, memory, load and versions: absolute times say something only beside them."""
    information = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in _lines(information) if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
