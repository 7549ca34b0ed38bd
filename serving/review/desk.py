"""What the review pages stand on: sessions, decisions, objections and draws, each opened when it is first needed."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from starlette.requests import Request

from records.errors import ConfigError, RequestError
from serving.database.address import Address
from serving.decisions.decision import Decision, Second
from serving.opened import Opened
from serving.review.enterprises.columns import TableColumns
from serving.review.seal import Seal
from serving.snapshot import Snapshot

if TYPE_CHECKING:  # SQLAlchemy is slow to load, and a service that shows no page needs no store
    from serving.database.audit import AuditStore
    from serving.database.decisions import DecisionStore
    from serving.database.draws import DrawStore
    from serving.database.objections import ObjectionStore
    from serving.database.sessions import SessionStore

Done = TypeVar("Done")
Given = ParamSpec("Given")


def answered(work: Callable[Given, Done]) -> Callable[Given, Done]:
    """The same work, but a database that cannot be used is the service's refusal (503), not the caller's fault."""

    @wraps(work)
    def asked(*arguments: Given.args, **options: Given.kwargs) -> Done:
        try:
            return work(*arguments, **options)
        except ConfigError:
            raise RequestError(
                "store_unavailable",
                "",
                "The service's database must answer before a page can be shown, it does not; try again shortly.",
                503,
            ) from None

    return asked


class Desk:
    """Where the pages of an app find their stores; each is called to be used."""

    def __init__(self, address: Callable[[], Address]) -> None:
        """`address` tells the database, and raises ConfigError where the setting makes no sense."""
        self._address = address
        self.sessions: Opened[SessionStore] = Opened(self._sessions)
        self.decisions: Opened[DecisionStore] = Opened(self._decisions)
        self.draws: Opened[DrawStore] = Opened(self._draws)
        self.objections: Opened[ObjectionStore] = Opened(self._objections)
        self.audit: Opened[AuditStore] = Opened(self._audit)
        self._columns: TableColumns | None = None
        self.seal: Opened[Seal] = Opened(lambda: Seal(self.sessions().signing_key()))

    def columns_of(self, snapshot: Snapshot) -> TableColumns:
        """What tables over this snapshot are searched by; those of the last one are kept."""
        kept = self._columns
        if kept is None or kept.snapshot.digest != snapshot.digest:
            kept = self._columns = TableColumns(snapshot)
        return kept

    def news(self, after: int) -> Iterable[Decision | Second]:
        """What was decided since the entry of this number; reading never makes a database."""
        return self.decisions().news(after) if self._address().is_made else ()

    def _audit(self) -> "AuditStore":
        from serving.database.audit import AuditStore

        return AuditStore(self._address())

    def _sessions(self) -> "SessionStore":
        from serving.database.sessions import SessionStore

        return SessionStore(self._address())

    def _decisions(self) -> "DecisionStore":
        from serving.database.decisions import DecisionStore

        return DecisionStore(self._address())

    def _draws(self) -> "DrawStore":
        from serving.database.draws import DrawStore

        return DrawStore(self._address())

    def _objections(self) -> "ObjectionStore":
        from serving.database.objections import ObjectionStore

        return ObjectionStore(self._address())


def desk_of(request: Request) -> Desk:
    """The desk of the app that was asked."""
    desk: Desk = request.app.state.desk
    return desk
