"""Commitments (信用承诺) and credit repairs (信用修复).

A repair may never raise the risk, so nothing here counts applications that are merely pending.
"""

from features.indicator import EITHER, LOWERS, RAISES, Condition, Count, Direction, Indicator

COMMITMENT = "plan on credit commitments (信用承诺), R17-R18"
REPAIR = "信用修复管理办法"


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
        Condition("kind", "in", ("voluntary",)),
    ),
    _trust(
        "commitments_fulfilled_count",
        "已履行承诺数",
        "Commitments fulfilled",
        "commitments",
        Condition("fulfilled", "is_true"),
        Condition("verified_on", "reached"),
    ),
    _trust(
        "commitments_broken_count",
        "未履行承诺数",
        "Commitments found broken",
        "commitments",
        Condition("fulfilled", "is_false"),
        Condition("verified_on", "reached"),
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
