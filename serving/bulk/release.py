"""What a release says of itself: whose model answers in each sector, and what the sector's standard promises."""

from typing import Any

from serving.scorer import Scorer


def described_release(scorer: Scorer) -> dict[str, Any]:
    """Every sector that a standard names, with level, cuts, hard rules and sampling, and the routing."""
    sampling = scorer.results.sampling()
    sectors = []
    for sector, model in scorer.release.models.items():
        standard = model.standard
        sectors.append(
            {
                "sector": sector,
                "name": {"zh": standard.name_zh, "en": standard.name_en},
                "office": standard.office,
                "level": model.level,
                "standard_version": standard.version,
                "outcome_severity": standard.outcome_severity,
                "horizon_days": standard.horizon_days,
                "cuts": list(standard.cuts),
                "rules": scorer.results.rules_of(sector),
                "sampling": sampling[sector],
            }
        )
    return {"sectors": sectors, "routing": scorer.release.routing.to_json()}
