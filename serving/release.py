"""A release: the models of all sectors in one immutable directory, named by its digest."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.routing import Routing
from model.saved import MANIFEST, SavedModel, load_model
from model.standard import GENERAL, Standard
from records.errors import ModelError
from serving.digests import SHORT, digest_of_file, read_json, write_json

RELEASE_FILE = "release.json"
CHALLENGERS = "challengers"
"""The folder of the models that wait to answer, which a release may carry."""
OUR_OWN = Routing()
"""No sector takes its answers from another system."""


@dataclass(frozen=True)
class Release:
    """The loaded models by sector id, the general one included, and the digest that names them together.

    A sector whose standard came without a model has the general one, under its own standard's cuts and rules. `routing`
    says which sectors take their answers from another system, and when. `directory` is where it was read from.

    `challenger` is the release that this one would be if the challengers that it carries answered in their sectors:
    scored beside it and compared, never served. Null where it carries none.
    """

    models: Mapping[str, SavedModel]
    digest: str
    routing: Routing = OUR_OWN
    directory: Path | None = None
    challenger: "Release | None" = None

    def model_of(self, sector: str) -> SavedModel | None:
        """The model that answers for a sector; null where no standard names the sector."""
        return self.models.get(sector)


def release(
    models: Mapping[str, Path],
    out: Path,
    standards: Mapping[str, Standard] | None = None,
    routing: Routing = OUR_OWN,
    challengers: Mapping[str, Path] | None = None,
) -> str:
    """Gather saved models into the new directory `out` and return its digest.

    Parameters
    ----------
    models : mapping
        A saved model's directory per sector id; "general" is required.
    out : Path
        A directory that does not exist yet; it appears whole or not at all.
    standards : mapping, optional
        Every standard in force by sector id: those without a model of their own are served by the general one.
    routing : Routing
        Which sectors take their answers from another system; by default none.
    challengers : mapping, optional
        A saved model's directory per sector id, for each sector whose challenger is to be scored beside its champion.

    Raises
    ------
    ModelError
        If the general model is missing, a saved model is damaged or `out` exists.
    """
    if GENERAL not in models:
        raise ModelError(
            f"A release needs the general model, got only {', '.join(sorted(models)) or 'none'}; train it, and mend "
            "what its blocking checks name."
        )
    if out.exists():
        raise ModelError(f"A release never changes, {out} exists already; name another directory.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".release-") as temporary:
        building = Path(temporary) / "release"
        building.mkdir()
        digest = _fill(building, models, standards or {}, routing, challengers or {})
        building.rename(out)
    return digest


def _fill(
    building: Path,
    models: Mapping[str, Path],
    standards: Mapping[str, Standard],
    routing: Routing,
    challengers: Mapping[str, Path],
) -> str:
    content: dict[str, Any] = {
        "models": _copied(models, building),
        "standards": {
            sector: standard.to_json() for sector, standard in sorted(standards.items()) if sector not in models
        },
        "routing": routing.to_json(),
    }
    if challengers:
        # Left out where there are none, so that the same champions still are the same release.
        content["challengers"] = _copied(challengers, building / CHALLENGERS)
    return write_json(building / RELEASE_FILE, content)


def _copied(models: Mapping[str, Path], folder: Path) -> dict[str, str]:
    """Copy each model into the folder under its sector's name; their digests."""
    for sector, directory in sorted(models.items()):
        trained = load_model(directory)
        if trained.sector != sector:
            raise ModelError(
                f"The model of sector {sector!r} must be trained for it, {directory} is for {trained.sector!r}; "
                "name the right directory."
            )
        shutil.copytree(directory, folder / sector)
    return {sector: digest_of_file(folder / sector / MANIFEST) for sector in sorted(models)}


def load_release(directory: Path) -> Release:
    """Read a release; every file must have the digest that the release states (ModelError)."""
    content, digest = read_json(directory / RELEASE_FILE, "release")
    try:
        # A release gathered before there was routing has none, and is replayed as it answered then.
        routing = Routing.from_json(content.get("routing", []))
        champions = _load_models(directory, content["models"])
        challenger = None
        if content.get("challengers"):
            others = champions | _load_models(directory / CHALLENGERS, content["challengers"])
            challenger = Release(_completed(others, content), digest, routing, directory)
        return Release(_completed(champions, content), digest, routing, directory, challenger)
    except (KeyError, TypeError, ValueError, AttributeError) as unknown:
        raise ModelError(
            f"A release must be as this version of Fenji writes it, {directory} is not; release the models again."
        ) from unknown


def _load_models(directory: Path, digests: Mapping[str, str]) -> dict[str, SavedModel]:
    models: dict[str, SavedModel] = {}
    for sector, expected in digests.items():
        manifest = directory / sector / MANIFEST
        if not manifest.is_file() or digest_of_file(manifest) != expected:
            raise ModelError(
                f"The models of a release must match its digests, {manifest} does not; release them again."
            )
        models[sector] = load_model(directory / sector)
    return models


def _completed(own: Mapping[str, SavedModel], content: Mapping[str, Any]) -> dict[str, SavedModel]:
    """The models of all sectors: those that have none are served by the general one."""
    models = dict(own)
    for sector, standard in content["standards"].items():
        models[sector] = _served_by_general(models[GENERAL], sector, Standard.from_json(standard))
    return {sector: _with_point_table(model, models[GENERAL]) for sector, model in sorted(models.items())}


def _served_by_general(general: SavedModel, sector: str, standard: Standard) -> SavedModel:
    level = general.level if general.level == "point_table" else "general"
    return replace(general, sector=sector, standard=standard, level=level)


def _with_point_table(model: SavedModel, general: SavedModel) -> SavedModel:
    """A sector that is answered by points and has published none takes the general scale (routing, handbook R7)."""
    if model.level != "point_table" or model.standard.point_table is not None:
        return model
    return replace(model, standard=replace(model.standard, point_table=general.standard.point_table))


def release_into(
    folder: Path,
    models: Mapping[str, Path],
    standards: Mapping[str, Standard],
    routing: Routing = OUR_OWN,
    challengers: Mapping[str, Path] | None = None,
) -> Path:
    """Gather a release into `folder`/<digest>; the same models give the same directory, which is then left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as temporary:
        building = Path(temporary) / "release"
        directory = folder / release(models, building, standards, routing, challengers)[:SHORT]
        if not directory.exists():
            building.rename(directory)
    directory.touch()
    return directory


def latest_release(folder: Path) -> Path:
    """The release that was gathered last in `folder`; ModelError if there is none."""
    found = [path for path in folder.glob("*") if (path / RELEASE_FILE).is_file()]
    if not found:
        raise ModelError(f"Scoring needs a release, {folder} has none; run `fenji release` first.")
    return max(found, key=lambda path: path.stat().st_mtime_ns)
