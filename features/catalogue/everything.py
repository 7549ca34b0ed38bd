"""The whole catalogue, in the order in which a frame has its columns."""

from features.catalogue import (
    annual_reports,
    complaints,
    enterprises,
    equipment,
    grades,
    inspections,
    leads,
    licences,
    listings,
    neighbourhood,
    penalties,
    recalls,
    registration,
    samplings,
    self_inspections,
    trust,
)
from features.indicator import Indicator

INDICATORS: tuple[Indicator, ...] = (
    *enterprises.INDICATORS,
    *registration.INDICATORS,
    *annual_reports.INDICATORS,
    *licences.INDICATORS,
    *inspections.INDICATORS,
    *penalties.INDICATORS,
    *listings.INDICATORS,
    *samplings.INDICATORS,
    *recalls.INDICATORS,
    *self_inspections.INDICATORS,
    *equipment.INDICATORS,
    *trust.INDICATORS,
    *complaints.INDICATORS,
    *leads.INDICATORS,
    *grades.INDICATORS,
    *neighbourhood.INDICATORS,
)

BY_NAME: dict[str, Indicator] = {indicator.name: indicator for indicator in INDICATORS}

if len(BY_NAME) != len(INDICATORS):
    raise ValueError("two indicators share a name")
