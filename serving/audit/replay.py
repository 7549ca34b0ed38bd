"""Give an answer of the past again, from the data of then, and compare the two bit for bit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from model.alerts import ALERTS_FILE
from records.errors import AuditError, ModelError
from serving.access.keyring import Keyring
from serving.access.token import Token, digest_of, new_secret, written
from serving.advisory import load_advice
from serving.app import create_app
from serving.audit.answer import canonical_body
from serving.audit.asking import ask
from serving.audit.chain import AuditEntry, Head, following
from serving.audit.event import AuditEvent
from serving.audit.kept import find_kept
from serving.audit.log_reading import find_answer, find_body
from serving.decisions.decision import Decision, Second
from serving.decisions.overlay import Overlay
from serving.lists.extract import EXTRACT_FILE, load_extract
from serving.release import RELEASE_FILE, load_release
from serving.scorer import Scorer
from serving.snapshot import SNAPSHOT_FILE, load_snapshot


@dataclass(frozen=True)
class Replayed:
    """An answer given again: what the log says of it, and its bytes, which are those of then."""

    line: Mapping[str, Any]
    reply: bytes


def replay(
    request_id: str,
    folder: Path,
    tokens: Iterable[Token],
    places: Iterable[Path],
    body: bytes | None = None,
    decisions: Iterable[Decision | Second] = (),
) -> Replayed:
    """The answer with this request id again, from the release and snapshot (or list extract) that gave it.

    `folder` holds the logs, `places` are folders in which releases, snapshots and extracts are looked for. `body` is
    what was sent, needed where it was not kept, or is no longer. `decisions` are those of all times: the answer is
    given under the ones that it names.

    Raises
    ------
    AuditError
        If no log has the answer, its body is not known, another one was sent, or the new answer differs from that of
        then.
    ModelError
        If release, snapshot or extract are no longer there.
    """
    found = find_answer(folder, request_id)
    if found is None:
        raise AuditError(f"A request id must be in a log of answers, {request_id[:64]!r} is in none of {folder}.")
    log, line = found
    sent = _body(log, line, body)
    book = _BookOfThen(_token_of(line, tokens))
    app = create_app(Keyring(book), book)
    _serve(app.state, line, list(places))
    app.state.now = lambda: datetime.fromisoformat(line["at"])
    app.state.overlay = Overlay(_DecisionsOfThen(decisions, int(line.get("decisions", 0))), app.state.now)
    status, reply = ask(app, line["address"], sent, book.text, line.get("accept"))
    if status != 200 or sha256(reply).hexdigest() != line["reply"]:
        raise AuditError(
            f"The answer {request_id} must be what it was, it has digest {sha256(reply).hexdigest()[:12]} and status "
            f"{status} instead of {line['reply'][:12]} and 200; was it given by another version of Fenji?"
        )
    return Replayed(line, reply)


def _serve(state: Any, line: Mapping[str, Any], places: list[Path]) -> None:
    """Put into service what gave the answer."""
    if "extract" in line:
        state.lists = load_extract(_there(places, EXTRACT_FILE, line["extract"], "list extract"))
        return
    release = load_release(_there(places, RELEASE_FILE, line["release"], "release"))
    snapshot = load_snapshot(_there(places, SNAPSHOT_FILE, line["snapshot"], "snapshot"))
    told = line.get("alerts")
    advice = None if told is None else load_advice(_there(places, ALERTS_FILE, told, "file of alerts"))
    state.scorer = Scorer(release, snapshot, advice)


def _there(places: list[Path], file: str, digest: str, what: str) -> Path:
    directory = find_kept(places, file, digest)
    if directory is None:
        raise ModelError(
            f"Replaying needs the {what} of then, {digest[:12]} is no longer in BentoML's store or beside what is in "
            f"service; restore it, or name the folder that holds it with --in."
        )
    return directory


def _body(log: Path, line: Mapping[str, Any], given: bytes | None) -> bytes | None:
    if line["body"] is None:
        return None
    if given is None:
        kept = find_body(log, line["body"])
        if kept is None:
            raise AuditError("What was sent is not kept, or no longer: give it with --body FILE.")
        return kept
    sent = canonical_body(given)
    if sha256(sent).hexdigest() != line["body"]:
        raise AuditError("The file given with --body must be what was sent, its digest differs; give another.")
    return sent


def _token_of(line: Mapping[str, Any], tokens: Iterable[Token]) -> Token | None:
    """The token that asked; null for a caller of the service's own machine."""
    who, _, token_id = line["caller"].partition(":")
    if who != "token":
        return None
    found = next((token for token in tokens if token.id == token_id), None)
    if found is None:
        raise AuditError(f"The token {token_id} that asked must be in the database, it is not; name the right one.")
    return found


class _DecisionsOfThen:
    """The decisions up to a number."""

    def __init__(self, decisions: Iterable[Decision | Second], last: int) -> None:
        self._decisions = [one for one in decisions if one.number <= last]

    def news(self, after: int) -> Iterable[Decision | Second]:
        return [one for one in self._decisions if one.number > after]


class _BookOfThen:
    """The one token that asked, with a secret of its own for this once; writes nothing down."""

    def __init__(self, asked: Token | None) -> None:
        self._tokens: list[Token] = []
        self.text: str | None = None
        if asked is not None:
            secret = new_secret()
            ends = asked.expires_at + timedelta(days=1)
            self._tokens = [replace(asked, digest=digest_of(asked.id, secret), expires_at=ends, revoked_at=None)]
            self.text = written(asked.id, secret)

    def tokens(self) -> list[Token]:
        return self._tokens

    def mark_used(self, token_id: str, day: date) -> None:
        """Nobody uses it now."""

    def record(self, event: AuditEvent) -> AuditEntry:
        return following(Head(), event)
