"""What monitoring said last, as the overview shows it to a visitor."""

from dataclasses import dataclass

from model.alerts import KINDS, Alert, Alerts
from serving.access.scope import Scope
from serving.scorer import Scorer

SHOWN = 100
"""Jumps of tiers that are shown; the file of alerts has all."""


@dataclass(frozen=True)
class ShownAlerts:
    """The alerts in a scope: those about data and models, and the jumps of tiers, at most SHOWN of `jumps_in_all`."""

    found: Alerts
    of_system: tuple[Alert, ...]
    jumps: tuple[Alert, ...]
    jumps_in_all: int

    @staticmethod
    def name_of(alert: Alert) -> tuple[str, str]:
        """What its kind is called, in Chinese and English."""
        return KINDS[alert.kind]


def shown_alerts(scorer: Scorer, scope: Scope) -> ShownAlerts | None:
    """What a visitor may see of the alerts in service; null where nothing was ever watched.

    What concerns a sector, or an enterprise of another station, is for those alone who may see that.
    """
    if scorer.advice is None:
        return None
    found = scorer.advice.alerts
    told = [one for one in found.alerts if one.kind != "tier_jump" and _in_sectors(one, scope)]
    jumps = [one for one in found.of("tier_jump") if _in_sectors(one, scope)]
    seen = scorer.in_sight({one.subject["enterprise_id"] for one in jumps}, scope)
    jumps = [one for one in jumps if one.subject["enterprise_id"] in seen]
    return ShownAlerts(found, tuple(told), tuple(jumps[:SHOWN]), len(jumps))


def _in_sectors(alert: Alert, scope: Scope) -> bool:
    sector = alert.subject.get("sector")
    return sector in (None, "all") or scope.has_sector(str(sector))
