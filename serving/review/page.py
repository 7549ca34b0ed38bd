"""The one way to a page: who asks is known and let in before anything of the page is done."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from records.errors import RequestError
from serving.review.pages import address
from serving.review.visitor import DECIDERS, PATH, Visitor, visitor_of

Handler = Callable[[Request, Visitor], Awaitable[Response]]
SEE_OTHER = 303


def page(handler: Handler, decides: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a page: `handler` is asked for whoever may look; others are sent to show their token.

    With `decides`, only those whose decisions count are let in (403). A handler that takes a form reads it with
    `serving.review.forms.fields_of`, which is what refuses a forged or repeated one.
    """

    async def endpoint(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor is None:
            back = f"{request.url.path}?{request.url.query}" if request.method == "GET" else PATH
            return RedirectResponse(address("login", next=back), SEE_OTHER)
        if decides and not visitor.may_decide:
            raise RequestError(
                "forbidden",
                "",
                f"This is for the role {' or '.join(DECIDERS)}, the token has {visitor.role}; use another.",
                403,
            )
        return await handler(request, visitor)

    return endpoint


def see_other(where: str) -> Response:
    """Send the browser to a page after a form, so that loading it again does not send the form again."""
    return RedirectResponse(where, SEE_OTHER)
