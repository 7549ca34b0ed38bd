"""The registry: the versions of every sector's model, which of them answers, and who decided so, when and why.

Two things are the truth, and neither can be half done: a version counts once the training that made it has finished,
and every move of the champion is one tag of the registered model, written once and never changed. The aliases
`champion` and `challenger` follow from them; `settle` sets again what a killed process left behind. So aliases are
moved by `fenji promote` and `fenji rollback` alone: one moved by hand is moved back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from model.standard import GENERAL
from records.errors import ModelError
from training.registry.store import Client, artifacts_of, changing, has_store, reading

Alias = Literal["champion", "challenger"]
CHAMPION: Alias = "champion"
CHALLENGER: Alias = "challenger"
Kind = Literal["first", "promotion", "rollback"]

MODEL, SAVED = "model", "saved"
"""Inside a run's artefacts: `model/MLmodel` and the saved model in `model/saved/`."""

PREFIX = "fenji."
_HISTORY = "history."
_FIRST = (
    "首个通过全部阻止性检查的版本，无可比较 the first version to pass every blocking check, nothing to compare with"
)
_FINISHED = "FINISHED"


@dataclass(frozen=True)
class Move:
    """One move of a sector's champion. Versions are null where none answered before, or none does afterwards.

    `kind`: `first` (by the training itself), `promotion` or `rollback`. `at`: ISO 8601, Asia/Shanghai.
    """

    sector: str
    kind: Kind
    from_version: str | None
    to_version: str | None
    by: str
    at: str
    why: str


@dataclass(frozen=True)
class Version:
    """One registered version. `refusals`: what its failed blocking checks said, empty where it may answer."""

    number: str
    run_id: str
    training: str
    is_accepted: bool
    refusals: tuple[str, ...]
    by: str
    at: str


@dataclass(frozen=True)
class Registered:
    """What the registry holds of one sector: versions and moves, oldest first, and the two aliases as they stand."""

    sector: str
    versions: tuple[Version, ...]
    moves: tuple[Move, ...]
    champion: str | None
    challenger: str | None

    @property
    def newest(self) -> Version:
        """The version that the last training gave."""
        return self.versions[-1]

    def version(self, number: str) -> Version:
        """One version by its number. Raises ModelError if somebody deleted it."""
        for version in self.versions:
            if version.number == number:
                return version
        raise ModelError(
            f"Every version that answers must be in the registry, version {number} of {self.sector} was deleted; "
            "train again."
        )


def now() -> str:
    """This moment as the history writes it."""
    return _written(datetime.now(tz=ZoneInfo("Asia/Shanghai")))


def champions(root: Path) -> dict[str, Path]:
    """The saved directory of every sector's champion, by sector.

    Raises ModelError if nothing was ever registered here, an artefact has gone, or the general model was registered
    but none of its versions may answer: nothing can be released without it.
    """
    known = read_registry(root)
    general = known.get(GENERAL)
    if general is not None and general.champion is None:
        said = " ".join(general.newest.refusals) or "it passed its checks and waits for `fenji promote general`."
        raise ModelError(
            f"A release needs a champion of the general model (通用模型), version {general.newest.number} is none: "
            f"{said} Mend what it names, or train on a longer history or a larger district, where chance weighs less."
        )
    found = _saved_champions(root, known)
    gone = [f"{sector} ({path})" for sector, path in found.items() if not path.is_dir()]
    if gone or not found:
        raise ModelError(
            f"Every champion must have its saved model, missing: {', '.join(gone) or 'all of them'}; put the files "
            "back, go back a version with `fenji rollback`, or train again."
        )
    return found


def challengers(root: Path) -> dict[str, Path]:
    """The saved directory of every sector's challenger that passed its blocking checks, by sector.

    Raises ModelError if none waits, nothing was ever registered here, or an artefact has gone.
    """
    known = read_registry(root)
    waiting = [one for one in known.values() if one.challenger and one.version(one.challenger).is_accepted]
    found = {one.sector: _saved(root, one.version(str(one.challenger))) for one in waiting}
    gone = [f"{sector} ({path})" for sector, path in found.items() if not path.is_dir()]
    if gone or not found:
        raise ModelError(
            f"A release carries the challengers that passed every blocking check, missing: "
            f"{', '.join(gone) or 'none waits'}; train again, or release without --challenger."
        )
    return found


def champions_so_far(root: Path) -> dict[str, Path]:
    """As `champions`, but without any complaint: nothing where nothing answers yet, files there or not."""
    return _saved_champions(root, read_registry(root)) if has_store(root) else {}


def read_registry(root: Path) -> dict[str, Registered]:
    """Every registered sector, by its id; whatever a killed process left behind is settled first.

    Raises ModelError if nothing was ever trained under `root`.
    """
    with reading(root) as client:
        known = _read(client)
        if all(_is_settled(client, one) for one in known.values()):
            return known
    with changing(root) as client:
        return settle(client)


def add_version(
    client: Client, sector: str, run_id: str, source: str, training: str, refusals: Sequence[str], by: str,
    tags: Mapping[str, str],
) -> None:  # fmt: skip
    """Register a version, which counts once the run `training` has finished. The registry must be locked."""
    name = PREFIX + sector
    if not client.search_registered_models(filter_string=f"name = '{name}'"):
        client.create_registered_model(name)
    own = {"accepted": _yes(not refusals), "refusals": json.dumps(refusals, ensure_ascii=False), "by": by}
    said = "\n\n".join(refusals) or "通过全部阻止性检查。 It passed every blocking check."
    client.create_model_version(name, source, run_id, tags={**tags, **own, "training": training}, description=said)


def record_move(client: Client, move: Move) -> None:
    """Append a move to its sector's history and let the aliases follow. The registry must be locked and settled."""
    name = PREFIX + move.sector
    count = sum(tag.startswith(_HISTORY) for tag in client.get_registered_model(name).tags)
    content = json.dumps(asdict(move), ensure_ascii=False)
    client.set_registered_model_tag(name, f"{_HISTORY}{count + 1:06d}", content)
    _follow(client, _read(client)[move.sector])


def settle(client: Client) -> dict[str, Registered]:
    """Finish or undo what a killed process left: versions of a broken training go, aliases follow history.

    Returns the registry as it then stands. The registry must be locked: no training is registering meanwhile.
    """
    for known in _read(client).values():
        _drop_unfinished(client, known)
    for known in _read(client).values():
        if _is_first(known):
            version = known.newest
            record_move(client, Move(known.sector, "first", None, version.number, version.by, version.at, _FIRST))
        else:
            _follow(client, known)
    return _read(client)


def _saved_champions(root: Path, known: Mapping[str, Registered]) -> dict[str, Path]:
    # By the run's id, not by the stored address: a folder that was moved still holds its models.
    return {
        sector: _saved(root, one.version(one.champion)) for sector, one in known.items() if one.champion is not None
    }


def _saved(root: Path, version: Version) -> Path:
    return artifacts_of(root, version.run_id) / MODEL / SAVED


def _read(client: Client) -> dict[str, Registered]:
    of_family = f"name LIKE '{PREFIX}%'"
    versions: dict[str, list[Version]] = {}
    for one in client.search_model_versions(of_family, max_results=100_000):
        versions.setdefault(one.name, []).append(_version(one))
    models = client.search_registered_models(of_family, max_results=1_000)
    return dict(sorted((model.name.removeprefix(PREFIX), _registered(model, versions)) for model in models))


def _registered(model: Any, versions: Mapping[str, Sequence[Version]]) -> Registered:
    moves = [content for tag, content in sorted(model.tags.items()) if tag.startswith(_HISTORY)]
    return Registered(
        model.name.removeprefix(PREFIX),
        tuple(sorted(versions.get(model.name, ()), key=lambda version: int(version.number))),
        tuple(Move(**json.loads(content)) for content in moves),
        _text(model.aliases.get(CHAMPION)),
        _text(model.aliases.get(CHALLENGER)),
    )


def _version(one: Any) -> Version:
    at = datetime.fromtimestamp(one.creation_timestamp / 1000, tz=ZoneInfo("Asia/Shanghai"))
    refusals = tuple(json.loads(one.tags.get("refusals", "[]")))
    is_accepted = one.tags.get("accepted") == _yes(True)
    by, training = one.tags.get("by", ""), one.tags.get("training", "")
    return Version(str(one.version), str(one.run_id), training, is_accepted, refusals, by, _written(at))


def _is_settled(client: Client, known: Registered) -> bool:
    if not known.versions or not _is_finished(client, known.newest) or _is_first(known):
        return False
    return _wanted(known) == (known.champion, known.challenger)


def _is_first(known: Registered) -> bool:
    """Whether the newest version becomes champion by itself: it may answer, and nobody ever chose another."""
    return bool(known.versions) and known.newest.is_accepted and not known.moves and known.champion is None


def _is_finished(client: Client, version: Version) -> bool:
    return not version.training or str(client.get_run(version.training).info.status) == _FINISHED


def _drop_unfinished(client: Client, known: Registered) -> None:
    name, left = PREFIX + known.sector, len(known.versions)
    # Only the newest can be unfinished: whoever registers settles first.
    if known.versions and not _is_finished(client, known.newest):
        client.set_terminated(known.newest.training, "KILLED")
        client.delete_model_version(name, known.newest.number)
        left -= 1
    if not left:
        client.delete_registered_model(name)


def _wanted(known: Registered) -> tuple[str | None, str | None]:
    """Champion and challenger as they follow from history: the newest version waits unless it was ever chosen."""
    champion = known.moves[-1].to_version if known.moves else known.champion
    chosen = {move.to_version for move in known.moves} | {champion}
    return champion, None if known.newest.number in chosen else known.newest.number


def _follow(client: Client, known: Registered) -> None:
    champion, challenger = _wanted(known)
    _set_alias(client, known, CHAMPION, known.champion, champion)
    _set_alias(client, known, CHALLENGER, known.challenger, challenger)


def _set_alias(client: Client, known: Registered, alias: Alias, current: str | None, wanted: str | None) -> None:
    if wanted is None and current is not None:
        client.delete_registered_model_alias(PREFIX + known.sector, alias)
    elif wanted is not None and wanted != current:
        client.set_registered_model_alias(PREFIX + known.sector, alias, wanted)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _text(version: object) -> str | None:
    return None if version is None else str(version)


def _yes(truth: bool) -> str:
    return str(truth).lower()
