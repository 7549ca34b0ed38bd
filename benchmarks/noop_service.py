"""The service with more addresses that do nothing: what a request costs before any of our work."""

from starlette.responses import Response

from serving.service import app, fenji

__all__ = ["fenji"]


@app.post("/noop")
async def noop() -> Response:
    """An empty object, whatever is sent."""
    return Response(b"{}", media_type="application/json")


@app.post("/noop/{size}")
async def noop_of_size(size: int) -> Response:
    """A body of so many bytes, whatever is sent."""
    return Response(b" " * size, media_type="application/json")
