"""What can go wrong when the service is asked, by what the caller can do about it."""


class ServiceError(Exception):
    """Whatever the service or the way to it could not do."""


class RefusedError(ServiceError):
    """The service refused a request: `code` and `field` for a program, `message` (rule and remedy) for a person.

    `status` is that of HTTP, `request_id` names the request in the service's log; null where the answer had none.
    """

    def __init__(self, status: int, code: str, field: str, message: str, request_id: str | None) -> None:
        super().__init__(f"{status} {code}{f' ({field})' if field else ''}: {message}")
        self.status = status
        self.code = code
        self.field = field
        self.message = message
        self.request_id = request_id


class UnauthorizedError(RefusedError):
    """401 or 403: the token does not count, or not for this address; make another with `fenji token create`."""


class NotFoundError(RefusedError):
    """404: not there, or outside the token's scope."""


class ConflictError(RefusedError):
    """409: something else is there by now, such as another snapshot."""


class UnavailableError(RefusedError):
    """429 or 503, still so after every retry; try again later."""


class UnreachableError(ServiceError):
    """No whole answer came, after every retry."""


def refused(status: int, code: str, field: str, message: str, request_id: str | None) -> RefusedError:
    """The refusal of its own kind."""
    kind = {
        401: UnauthorizedError,
        403: UnauthorizedError,
        404: NotFoundError,
        409: ConflictError,
        429: UnavailableError,
        503: UnavailableError,
    }
    return kind.get(status, RefusedError)(status, code, field, message, request_id)
