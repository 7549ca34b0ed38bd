"""The saved model: a directory of text and JSON that answers margins and contributions, without any pickle."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.booster import BoosterBag
from model.calibration import Calibration
from model.scorecard import Scorecard
from model.standard import Standard
from records.errors import ModelError

Array = NDArray[np.float64]
Level = Literal["sector", "general", "point_table"]

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Component:
    """One additive part of a model: raw log-odds are the weighted sum of its parts."""

    weight: float
    part: BoosterBag | Scorecard


@dataclass(frozen=True)
class SavedModel:
    """Everything a sector's answers come from; the same object in training and in serving.

    `indicators` is the schema: the matrix has exactly these columns in this order. `level` says whose model it is:
    the sector's own, the general one calibrated for it, or none (the published point table).
    `lineage` names as-of date, data hash, code and standard version, the choice of the gate and its evidence.
    """

    sector: str
    level: Level
    standard: Standard
    indicators: tuple[str, ...]
    components: tuple[Component, ...]
    calibration: Calibration | None
    lineage: Mapping[str, Any] = field(default_factory=dict)
    card: str = ""

    def raw_margins(self, matrix: Array, threads: int = 1) -> Array:
        """Uncalibrated log-odds per row."""
        matrix = self._checked(matrix)
        total = np.zeros(len(matrix))
        for component in self.components:
            total += component.weight * _margins(component.part, matrix, self.indicators, threads)
        return total

    def margins(self, matrix: Array, threads: int = 1) -> Array:
        """Calibrated log-odds per row: comparable between sectors."""
        return self._calibration().margins(self.raw_margins(matrix, threads))

    def contributions(self, matrix: Array) -> tuple[float, Array]:
        """The baseline and what each indicator adds to it, shape (rows, indicators), in calibrated log-odds.

        `baseline + contributions.sum(axis=1)` is the margin (to 1e-6): the calibration is affine, so it scales every
        contribution by its slope and shifts the baseline only.
        """
        matrix = self._checked(matrix)
        baseline, added = 0.0, np.zeros(matrix.shape)
        for component in self.components:
            start, part = component.part.contributions(matrix, self.indicators)
            baseline += component.weight * start
            added += component.weight * part
        calibration = self._calibration()
        return calibration.slope * baseline + calibration.offset, calibration.slope * added

    def _calibration(self) -> Calibration:
        if self.calibration is None:
            raise ModelError(
                f"The model of sector {self.sector!r} is a point table and has no margins; ask for its tier."
            )
        return self.calibration

    def _checked(self, matrix: Array) -> Array:
        if matrix.ndim != 2 or matrix.shape[1] != len(self.indicators):
            raise ModelError(
                f"A matrix must have the {len(self.indicators)} columns of the schema of sector {self.sector!r}, "
                f"got shape {matrix.shape}; build it with the same version of the indicators."
            )
        return np.asarray(matrix, dtype=np.float64)

    def save(self, directory: Path) -> str:
        """Write the model into a new directory and return its digest (SHA-256 of the manifest)."""
        directory.mkdir(parents=True)
        files: dict[str, str] = {"standard.json": _json(self.standard.to_json()), "card.md": self.card}
        parts = [_write_part(component, position, files) for position, component in enumerate(self.components)]
        files["model.json"] = _json(
            {
                "sector": self.sector,
                "level": self.level,
                "indicators": self.indicators,
                "components": parts,
                "calibration": self.calibration and vars(self.calibration),
                "lineage": dict(self.lineage),
            }
        )
        for name, text in files.items():
            (directory / name).write_text(text, encoding="utf-8")
        manifest = _json({name: _digest(text.encode()) for name, text in sorted(files.items())})
        (directory / MANIFEST).write_text(manifest, encoding="utf-8")
        return _digest(manifest.encode())


def load_model(directory: Path) -> SavedModel:
    """Read a saved model; every file must have the digest that the manifest states.

    Raises ModelError for a missing, changed or unlisted-but-needed file.
    """
    files = _verified_files(directory)
    content = json.loads(files["model.json"])
    calibration = content["calibration"]
    return SavedModel(
        sector=content["sector"],
        level=content["level"],
        standard=Standard.from_json(json.loads(files["standard.json"])),
        indicators=tuple(content["indicators"]),
        components=tuple(_read_part(part, files) for part in content["components"]),
        calibration=calibration
        and Calibration(
            calibration["slope"], calibration["offset"], tuple((a, b) for a, b in calibration["replicates"])
        ),
        lineage=content["lineage"],
        card=files["card.md"],
    )


def _verified_files(directory: Path) -> dict[str, str]:
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        contents = {name: (directory / name).read_bytes() for name in manifest}
    except FileNotFoundError as missing:
        raise ModelError(
            f"A saved model needs each file of its manifest, {missing.filename} is missing; release the model again."
        ) from missing
    except ValueError as broken:
        raise ModelError(
            f"A saved model needs {MANIFEST} as JSON, {directory / MANIFEST} is not; release the model again."
        ) from broken
    for name, content in contents.items():
        if _digest(content) != manifest[name]:
            raise ModelError(
                f"A saved model's files must match its manifest, {directory / name} differs; release the model again."
            )
    # Only now: a changed byte need not be UTF-8 any more.
    return {name: content.decode("utf-8") for name, content in contents.items()}


def _margins(part: BoosterBag | Scorecard, matrix: Array, names: tuple[str, ...], threads: int) -> Array:
    if isinstance(part, Scorecard):
        return part.margins(matrix, names)
    return part.margins(matrix, names, threads)


def _write_part(component: Component, position: int, files: dict[str, str]) -> dict[str, Any]:
    if isinstance(component.part, Scorecard):
        written = {f"scorecard_{position}.json": _json(component.part.to_json())}
    else:
        written = {
            f"booster_{position}_{number:02d}.txt": text for number, text in enumerate(component.part.to_texts())
        }
    files.update(written)
    return {"weight": component.weight, "files": list(written)}


def _read_part(entry: Mapping[str, Any], files: Mapping[str, str]) -> Component:
    texts = [files[name] for name in entry["files"]]
    if entry["files"][0].startswith("scorecard"):
        return Component(entry["weight"], Scorecard.from_json(json.loads(texts[0])))
    return Component(entry["weight"], BoosterBag.from_texts(texts))


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
