"""Which month may be run after which: they follow each other, and none is passed over without a word."""

from collections.abc import Mapping, Sequence
from datetime import date

from records.errors import ConfigError
from records.login import login_name
from supervision.month.protocol import Protocol
from supervision.report.month import Month, month_of


def reported_month(as_of: date) -> Month:
    """The month that has ended at the as-of date, on which the report looks back.

    ConfigError for a date that is not the first day of a month, or lies in the future.
    """
    if as_of.day != 1:
        raise ConfigError(
            f"A month is run as of its first day, got --as-of {as_of}; give {as_of.replace(day=1)}, or score and watch "
            "another date verb by verb."
        )
    return month_of(str(Month(as_of).before))


def check_order(begun: Sequence[Protocol], as_of: date, why_skipped: str | None) -> Mapping[str, str] | None:
    """May the month of `as_of` be run after those that were begun (oldest first)?

    Returns what is to be noted where months were skipped: which, why and who said so; null where none was. The first
    month of all follows any.

    Raises ConfigError where a later month has ended, months were skipped and nobody said why, or a reason was given
    and none was skipped.
    """
    ended = [one for one in begun if one.is_ended]
    if not ended:
        _refuse_reason(why_skipped, "no month was run before")
        return None
    last = ended[-1]
    if last.as_of > as_of:
        raise ConfigError(
            f"Months are run one after the other, {last.name} has ended and {as_of:%Y-%m} lies before it: it would put "
            "older tiers into service; score and report it verb by verb if it is needed."
        )
    missing = _between(Month(last.as_of), Month(as_of))
    if not missing:
        _refuse_reason(why_skipped, f"{last.name} is the one before")
        return None
    named = missing[0] if len(missing) == 1 else f"{missing[0]} ... {missing[-1]}"
    if why_skipped is None:
        raise ConfigError(
            f"Months are run one after the other, the last that has ended is {last.name} and {as_of:%Y-%m} was asked "
            f"for; run {missing[0]} first, or give --skipped with the reason why there is no {named}."
        )
    if not why_skipped.strip():
        raise ConfigError(f"A skipped month is noted with a reason, --skipped was empty; say why there is no {named}.")
    return {"months": ", ".join(missing), "why": why_skipped.strip(), "by": login_name()}


def _between(last: Month, asked: Month) -> list[str]:
    """The names of the months after one and before another."""
    missing: list[str] = []
    while (asked := asked.before) > last:
        missing.insert(0, str(asked))
    return missing


def _refuse_reason(why: str | None, told: str) -> None:
    if why is not None:
        raise ConfigError(f"--skipped says why a month is missing, and none is: {told}; leave it out.")
