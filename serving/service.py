"""The one Bento service: a FastAPI app behind a guard, over the release and snapshot in service."""

import os
import threading

import bentoml

from serving.app import create_app
from serving.current import CURRENT_VARIABLE, current_path
from serving.follower import Follower
from serving.guard import Guard
from serving.scorer import Scorer
from serving.store import carried

app = create_app()


class Fenji:
    """Tiers of enterprises, their reasons, and tiers of records sent along."""

    def __init__(self) -> None:
        """Serve what FENJI_CURRENT names, else what the bento carries, else what var/current.json names.

        A current file is followed. A worker that finds nothing to serve stays up, is not ready and says so in its log.
        """
        if fenji.bento is not None and CURRENT_VARIABLE not in os.environ:
            _install(carried().load())
            return
        follower = Follower(current_path(), _install)
        follower.look()
        threading.Thread(target=follower.follow, name="follower", daemon=True).start()

    def __is_ready__(self) -> bool:
        """Whether a release and the snapshot that it scored are loaded."""
        return app.state.scorer is not None


def _install(scorer: Scorer) -> None:
    app.state.scorer = scorer
    # Beside serving: scores are answered at once, only the first explanation may have to wait.
    threading.Thread(target=scorer.warm_up, name="warm-up", daemon=True).start()


fenji = bentoml.asgi_app(app, path="/")(
    bentoml.service(
        name="fenji",
        workers=1,
        traffic={"timeout": 120},
        # A content type is the caller's own text, so the access log leaves it out.
        logging={"access": {"request_content_type": False, "response_content_type": False}},
    )(Fenji)
)
fenji.add_asgi_middleware(Guard)
