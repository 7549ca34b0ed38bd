"""BentoML's own metrics of requests, under the names of addresses instead of whatever path was asked for.

BentoML labels its counters with the path. Each path that anybody makes up would then keep a line in every worker's
metrics for good, and one with an enterprise's id would publish it to whoever may read `/metrics`.
"""

from typing import Any

from bentoml._internal.server.http import instruments

from serving.operation.addresses import Named

_PATH = "fenji.path"


def name_addresses(name: Named) -> None:
    """Let BentoML count requests by the names of their addresses; before it builds the app of its service."""

    class NamedTraffic(instruments.RunnerTrafficMetricsMiddleware):
        """Shows the name to BentoML's middleware and the path to everything behind it."""

        def __init__(self, app: Any, **options: Any) -> None:
            async def behind(scope: Any, receive: Any, send: Any) -> None:
                await app({**scope, "path": scope[_PATH]} if _PATH in scope else scope, receive, send)

            super().__init__(behind, **options)

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                scope = {**scope, "path": name(scope["path"]), _PATH: scope["path"]}
            await super().__call__(scope, receive, send)

    instruments.RunnerTrafficMetricsMiddleware = NamedTraffic  # type: ignore[assignment, misc]
