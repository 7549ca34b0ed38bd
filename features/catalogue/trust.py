"""Commitments (信用承诺) and credit repairs (信用修复).

A repair may never raise the risk, so nothing here counts applications that are merely pending.
"""

from features.indicator import EITHER, LOWERS, RAISES, Condition, Count, Direction, Indicator

COMMITMENT = "plan on credit commitments (信用承诺), R17-R18"
REPAIR = "信用修复管理办法"
PERMIT = Condition("kind", "in", ("permit",))
VOLUNTARY = Condition("kind", "in", ("voluntary",))
VERIFIED = Condition("verified_on", "reached")


def _trust(name: str, zh: str, en: str, subject: str, *where: Condition, direction: Direction = EITHER) -> Indicator:
    source = COMMITMENT if subject == "commitments" else REPAIR
    return Indicator(name, zh, en, "dynamic", subject, Count(), "records", direction, source, where)


INDICATORS = (
    _trust("commitments_count", "信用承诺数", "Commitments", "commitments"),
    _trust(
        "commitments_voluntary_count",
        "主动承诺数",
        "Voluntary commitments",
        "commitments",
        VOLUNTARY,
    ),
    _trust("commitments_permit_count", "告知承诺许可数", "Permits granted on a commitment", "commitments", PERMIT),
    _trust(
        "commitments_unverified_count",
        "未核查承诺数",
        "Commitments not verified yet",
        "commitments",
        Condition("verified_on", "not_reached"),
    ),
    _trust(
        "commitments_fulfilled_count",
        "已履行承诺数",
        "Commitments fulfilled",
        "commitments",
        Condition("fulfilled", "is_true"),
        VERIFIED,
    ),
    _trust(
        "commitments_broken_count",
        "未履行承诺数",
        "Commitments found broken",
        "commitments",
        Condition("fulfilled", "is_false"),
        VERIFIED,
        direction=RAISES,
    ),
    _trust(
        "commitments_permit_broken_count",
        "告知承诺许可未履行数",
        "Permits whose commitment was found broken",
        "commitments",
        PERMIT,
        Condition("fulfilled", "is_false"),
        VERIFIED,
        direction=RAISES,
    ),
    _trust(
        "repairs_granted_count",
        "信用修复次数",
        "Repairs granted",
        "repairs",
        Condition("decision", "in", ("granted",)),
        direction=LOWERS,
    ),
    _trust(
        "repairs_refused_count",
        "信用修复未获准次数",
        "Repairs refused",
        "repairs",
        Condition("decision", "in", ("refused",)),
    ),
)
