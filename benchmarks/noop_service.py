"""The service with one more address that does nothing: what a request costs before any of our work."""

from starlette.responses import Response

from serving.service import app, fenji

__all__ = ["fenji"]


@app.post("/noop")
async def noop() -> Response:
    """An empty object, whatever is sent."""
    return Response(b"{}", media_type="application/json")
