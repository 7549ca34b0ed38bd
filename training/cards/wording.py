"""How numbers and names are written on a card."""

from datetime import date

import pandas as pd

from features.catalogue.everything import BY_NAME
from model.tiers import Tier
from training.cards.blocks import Text

DASH = "–"


def count(value: float | None) -> str:
    """A whole number with its thousands apart; null as a dash."""
    return DASH if pd.isna(value) else f"{int(value):,}"


def share(value: float | None, digits: int = 1) -> str:
    """A share in percent; null as a dash."""
    return DASH if pd.isna(value) else f"{value:.{digits}%}"


def number(value: float | None, digits: int = 3) -> str:
    """A figure; null as a dash."""
    return DASH if pd.isna(value) else f"{value:.{digits}f}"


def between(low: float | None, high: float | None, digits: int = 3) -> str:
    """An interval of figures; empty where it is null."""
    return "" if pd.isna(low) or pd.isna(high) else f"{low:.{digits}f}–{high:.{digits}f}"


def rate(value: float | None, low: float | None, high: float | None) -> str:
    """A rate in percent with its interval; null as a dash."""
    if pd.isna(value):
        return DASH
    return f"{value:.1%}" if pd.isna(low) or pd.isna(high) else f"{value:.1%} ({low:.1%}–{high:.1%})"


def ratio(value: float | None, low: float | None, high: float | None) -> str:
    """A ratio with its interval; null as a dash."""
    if pd.isna(value):
        return DASH
    return f"{value:.2f}" if pd.isna(low) or pd.isna(high) else f"{value:.2f} ({low:.2f}–{high:.2f})"


def day(value: date | pd.Timestamp | None) -> str:
    """A date; null as a dash."""
    return DASH if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"


def indicator_label(name: str) -> Text:
    """What an indicator is called; one that the catalogue does not know by its name alone."""
    return Text(BY_NAME[name].zh, BY_NAME[name].en) if name in BY_NAME else Text(name, "")


def tier_label(tier: Tier) -> Text:
    """What a tier is called."""
    return Text(tier.zh, tier.en)
