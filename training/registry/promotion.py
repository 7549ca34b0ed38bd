"""Who answers for a sector: a person moves the champion on, or back, and says why."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from records.errors import ConfigError, ModelError
from training.registry.store import Client, changing
from training.registry.versions import Kind, Move, Registered, now, read_registry, record_move, settle

_KINDS = {"first": "首个 first", "promotion": "晋升 promotion", "rollback": "回退 rollback"}


def promote_sectors(root: Path, sectors: Sequence[str] | None, by: str, why: str, console: Console) -> None:
    """Let the challenger of each sector answer from the next release on; prints each move.

    Without `sectors` (null) every sector that has a challenger is asked; a sector that is named may also take back its
    newest version after a rollback. What the blocking checks said when the version was trained decides: it is read, not
    worked out anew. A sector that is refused keeps its champion and hinders no other.

    Raises ModelError for a sector that is not registered (nothing is moved then), and, once the others are moved, with
    what the failed checks of the refused ones said. Raises ConfigError without a reason.
    """
    _refuse_empty(by, why)
    with changing(root) as client:
        known = settle(client)
        asked = _known(known, sectors) if sectors is not None else [one for one in known.values() if one.challenger]
        for one in asked:
            if not _refusal(one):
                _move(client, one, "promotion", one.newest.number, by, why, console)
    if not asked:
        console.print("没有待晋升的版本 no version waits to be promoted")
    refusals = [f"{one.sector}: {_refusal(one)}" for one in asked if _refusal(one)]
    if refusals:
        raise ModelError(f"Only a version that passed every blocking check may answer; {' '.join(refusals)}")


def roll_back(root: Path, sector: str, by: str, why: str, console: Console) -> None:
    """Undo the last promotion of a sector that has not been undone yet; prints the move.

    Undoing the first leaves the sector without a champion: the next release answers for it by the general model.

    Raises ModelError for a sector that is not registered, that has no promotion to undo, or whose former version was
    deleted. Raises ConfigError without a reason.
    """
    _refuse_empty(by, why)
    with changing(root) as client:
        (one,) = _known(settle(client), [sector])
        standing = _standing(one.moves)
        if not standing:
            raise ModelError(f"A rollback needs a promotion to undo, {sector} has none; see `fenji history {sector}`.")
        former = standing[-1].from_version
        if former is not None:
            one.version(former)
        _move(client, one, "rollback", former, by, why, console)


def history(root: Path, sector: str | None = None) -> list[Move]:
    """Every move of the champions, oldest first; of one sector where it is named.

    Raises ModelError for a sector that is not registered and where nothing was ever trained.
    """
    known = read_registry(root)
    asked = list(known.values()) if sector is None else _known(known, [sector])
    return sorted((move for one in asked for move in one.moves), key=lambda move: move.at)


def print_history(console: Console, root: Path, sector: str | None = None) -> None:
    """One row per move, oldest first: when, sector, from which version to which, by whom, why (see `history`)."""
    table = Table(box=SIMPLE_HEAD)
    for column in ("时间 at", "领域 sector", "类别 kind", "版本 version", "经办 by"):
        table.add_column(column, no_wrap=True)
    table.add_column("理由 why", overflow="fold")
    for move in history(root, sector):
        table.add_row(move.at, move.sector, _KINDS[move.kind], _versions(move), move.by, move.why)
    console.print(table)


def _refuse_empty(by: str, why: str) -> None:
    for option, value in (("--by", by), ("--why", why)):
        if not value.strip():
            raise ConfigError(f"Every move of a champion is recorded with who and why, {option} was empty; say it.")


def _known(known: Mapping[str, Registered], sectors: Sequence[str]) -> list[Registered]:
    unknown = [sector for sector in sectors if sector not in known]
    if unknown:
        raise ModelError(
            f"A sector must be registered, {', '.join(unknown)} is not; "
            f"train it first, or name one of {', '.join(known) or 'none'}."
        )
    return [known[sector] for sector in dict.fromkeys(sectors)]


def _refusal(one: Registered) -> str:
    """Why the sector's newest version may not follow the champion; empty where it may."""
    newest = one.newest
    if newest.number == one.champion:
        return f"no version waits, the newest ({newest.number}) is the champion; train again."
    return "" if newest.is_accepted else f"version {newest.number} was refused. {' '.join(newest.refusals)}"


def _move(
    client: Client, one: Registered, kind: Kind, version: str | None, by: str, why: str, console: Console
) -> None:
    move = Move(one.sector, kind, one.champion, version, by, now(), why)
    record_move(client, move)
    console.print(f"{_KINDS[kind]} {one.sector}: {_versions(move)}", highlight=False)


def _standing(moves: Sequence[Move]) -> list[Move]:
    """The promotions that no rollback has undone, oldest first."""
    standing: list[Move] = []
    for move in moves:
        if move.kind == "rollback":
            standing.pop()
        else:
            standing.append(move)
    return standing


def _versions(move: Move) -> str:
    return " → ".join("–" if number is None else f"v{number}" for number in (move.from_version, move.to_version))
