"""How the pages of one enterprise write numbers, in both languages."""

from features.wording import UNITS
from model.reasons import Language


def number(value: float | None) -> str:
    """A value as a person reads it: whole numbers without a fraction, others with three digits; a dash for null.

    >>> number(3.0), number(0.53861), number(1234567.0), number(None)
    ('3', '0.539', '1,234,567', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def signed(value: float, digits: int = 3) -> str:
    """A difference with its sign, a true minus for a negative one.

    >>> signed(0.5), signed(-0.25, 1)
    ('+0.500', '−0.2')
    """
    return f"{value:+.{digits}f}".replace("-", "−")


def unit(name: str, language: Language) -> str:
    """A unit of the catalogue in the language."""
    return UNITS.get(name, name) if language == "zh" else name
