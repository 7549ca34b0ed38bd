"""The one Bento service: a FastAPI app behind a guard, over the release, snapshot and lists in service."""

import atexit
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import bentoml

from records.errors import RequestError
from serving.access.book import DatabaseBook
from serving.access.keyring import Keyring
from serving.access.rate import Rate, rate_setting
from serving.app import create_app, put_into_service
from serving.audit.answer_log import AnswerLog
from serving.clock import now
from serving.current import read_current
from serving.database.address import database_address
from serving.follower import Follower, follow
from serving.guard import Guard
from serving.lists.current import load_current_lists
from serving.lists.extract import ListExtract
from serving.operation.addresses import names_of
from serving.operation.bento_metrics import name_addresses
from serving.operation.log import write_json_lines
from serving.operation.metrics import show_snapshot
from serving.places import CURRENT_VARIABLE, audit_path, current_path, lists_path, worker_count
from serving.remembered import keep_fresh
from serving.scorer import Scorer
from serving.store import carried

_LOG = logging.getLogger("bentoml.fenji")

_book = DatabaseBook(database_address)
_keyring = Keyring(_book)
app = create_app(_keyring, _book)
_names = names_of(app)


class Fenji:
    """Tiers of enterprises, their reasons, tiers of records sent along, and what the lists say."""

    def __init__(self) -> None:
        """Serve what FENJI_CURRENT names, else what the bento carries, else what var/current.json names.

        The current file and the file of the lists are followed. A worker that finds no release stays up, is not ready
        and says so in its log; it compares with the lists all the same.
        """
        write_json_lines()
        app.state.rate = Rate(rate_setting())
        followers: list[Follower[Any]] = [
            Follower(lists_path(), load_current_lists, _install_lists, _name_lists, is_needed=False)
        ]
        if fenji.bento is not None and CURRENT_VARIABLE not in os.environ:
            _install(carried().load())
        else:
            followers.append(Follower(current_path(), _load, _install, _name))
        for follower in followers:
            follower.look()
        _write_down_answers()
        threading.Thread(target=follow, args=(followers,), name="followers", daemon=True).start()
        # Beside the rest: opening the database loads SQLAlchemy, for which nothing here need wait.
        threading.Thread(target=_remember_tokens, name="tokens", daemon=True).start()
        threading.Thread(target=keep_fresh, args=(app.state.overlay,), name="decisions", daemon=True).start()

    def __is_ready__(self) -> bool:
        """Whether a release and the snapshot that it scored are loaded."""
        return app.state.scorer is not None


def _load(path: Path) -> Scorer:
    return read_current(path).load()


def _install(scorer: Scorer) -> None:
    put_into_service(app, scorer)
    show_snapshot(scorer.snapshot)
    # Beside serving: scores are answered at once, only the first explanation may have to wait.
    threading.Thread(target=scorer.warm_up, name="warm-up", daemon=True).start()


def _name(scorer: Scorer) -> str:
    return f"release {scorer.release.digest:.12}, snapshot {scorer.snapshot.digest:.12}"


def _install_lists(extract: ListExtract) -> None:
    app.state.lists = extract


def _name_lists(extract: ListExtract) -> str:
    return f"lists {extract.digest:.12} as of {extract.as_of}"


def _write_down_answers() -> None:
    log = AnswerLog(audit_path(), _book, now)
    log.start()
    atexit.register(log.close)
    app.state.answers = log


def _remember_tokens() -> None:
    with suppress(RequestError):  # the keyring has logged why, and asks again
        _keyring.refresh()
        if not _keyring.is_configured:
            _LOG.warning("no token was ever made: only callers of this machine are answered; see fenji token create")
    keep_fresh(_keyring)


fenji = bentoml.asgi_app(app, path="/")(
    bentoml.service(
        name="fenji",
        workers=worker_count(),
        traffic={"timeout": 120},
        # The guard writes a line for every answer, with what accounts for it.
        logging={"access": {"enabled": False}},
    )(Fenji)
)
fenji.add_asgi_middleware(Guard, name=_names)
name_addresses(_names)
