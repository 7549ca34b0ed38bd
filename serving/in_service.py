"""Which release and snapshot answer a request: whatever is in service when it is asked, and that alone."""

from starlette.requests import Request

from records.errors import RequestError
from serving.audit.telling import check_log
from serving.decisions.overlay import Overlay
from serving.scorer import Scorer


def scorer_of(request: Request) -> Scorer:
    """The scorer in service, noted with the request for its log line.

    A request takes it once, so that its answer is of one snapshot also while the next one is put into service. Raises
    RequestError (503) before there is any.
    """
    scorer: Scorer | None = request.app.state.scorer
    if scorer is None:
        raise RequestError(
            "not_ready", "", "No release and snapshot that fit together are in service; release and score.", 503
        )
    request.state.scorer = scorer
    return scorer


def accountable(request: Request) -> Scorer:
    """The scorer in service under what people have decided so far, whose answers can be written down.

    RequestError (503) where there is none, or answers cannot be written down, or decisions not be read.
    """
    check_log(request)
    overlay: Overlay = request.app.state.overlay
    return scorer_of(request).pinned(*overlay.pinned())
