"""What can go wrong, by who must act; each has a fixed exit code and prints without a traceback.

Every message is one sentence with the rule, the value received and the remedy.
"""


class FenjiError(Exception):
    """An error that a user can mend; `exit_code` is what the command returns."""

    exit_code = 1


class DataError(FenjiError):
    """The records break the contract as a whole; the bureau's data owner must act."""

    exit_code = 2


class ConfigError(FenjiError):
    """A standard or a setting is wrong; whoever wrote it must act."""

    exit_code = 3


class ModelError(FenjiError):
    """A saved model, release or snapshot is missing, changed or does not fit; the data scientist must act."""

    exit_code = 4


class AuditError(FenjiError):
    """The audit log was changed, or an answer of then cannot be given again; whoever audits must act."""

    exit_code = 6


class RequestError(FenjiError):
    """A caller of the service sent something it may not; `code` and `field` go into the answer's body.

    `retry_after` are the seconds after which the same request may be sent again; null: it has to be corrected, or
    nobody knows.
    """

    exit_code = 5

    def __init__(self, code: str, field: str, message: str, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message
        self.status = status
        self.retry_after = retry_after


class BusyError(FenjiError):
    """Another run is at work where only one may be; nobody must act, a scheduler tries again later."""

    exit_code = 7
