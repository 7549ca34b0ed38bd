"""What a reviewer may decide about a tier, and what is refused with the reason."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from model.tiers import TIERS, TierId
from serving.decisions.decision import LONGEST_DAYS, Decision, Seen, Verdict, expiry_of
from serving.reading import Strict
from serving.review.enterprises.row import Row
from serving.review.form_error import FormError

LONGEST_REASON = 1000
Reason = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REASON)]


class DecisionForm(Strict):
    """The form: what was said, another tier and until when, why; and what the reviewer had before them."""

    verdict: Verdict
    tier: TierId | None = None
    expires_on: date | None = None
    reason: Reason | None = None
    seen_snapshot: Annotated[str, StringConstraints(max_length=64)]
    seen_decision: int = Field(ge=0)


class SecondForm(Strict):
    """What a second person says of a decision."""

    decision: int = Field(ge=1, lt=2**62)
    granted: Annotated[str, StringConstraints(pattern="^(yes|no)$")]
    note: Reason | None = None


def proposed(form: DecisionForm, row: Row, seen: Seen, newest: int, token_id: str | None, now: datetime) -> Decision:
    """The decision that a form stands for, unkept; FormError for the first field that breaks a rule.

    `seen` is what the service answers now, `newest` the number of the last decision about this tier (0: none).
    """
    today = now.date()
    if form.seen_snapshot != seen.snapshot or form.seen_decision != newest:
        raise FormError(
            "",
            "打开本页之后，快照已更新或者已有他人作出决定。请核对下面的最新情况，再提交一次。",
            "A newer snapshot or somebody else's decision came since the page was opened. Look again, then send again.",
            409,
        )
    rank = _rank(form, row)
    if form.verdict != "agree" and form.reason is None:
        raise FormError("reason", "不同意时必须写明理由。", "Whoever disagrees must say why; write the reason.")
    expires_on = expiry_of(form.verdict, seen.tier_rank, _end(form, rank, today), today)
    key = row.result["enterprise_id"], row.result["sector"]
    return Decision(*key, form.verdict, rank, form.reason or "", expires_on, seen, token_id, now)


def _rank(form: DecisionForm, row: Row) -> int | None:
    if form.tier is None:
        return None
    if form.verdict == "agree":
        raise FormError(
            "tier",
            "同意就是保留原类别，不能同时选择别的类别。",
            "To agree is to leave the tier as it is; choose no other, or say what is wrong.",
        )
    if row.model_source == "hard_rule":
        raise FormError(
            "tier",
            "这一类别由直接判定规则得出，不能人工调整；记录有误的，请选“数据有误”并更正记录。",
            "A hard rule gives this tier, which nobody overrides; if the records are wrong, say so and correct them.",
        )
    if row.model_tier is not None and row.model_tier.id == form.tier:
        raise FormError(
            "tier",
            "与原类别相同，不是调整；同意原类别请选“同意”。",
            "This is the tier that it has by itself; choose another, or agree.",
        )
    return next(tier.rank for tier in TIERS if tier.id == form.tier)


def _end(form: DecisionForm, rank: int | None, today: date) -> date | None:
    if rank is None:
        return None
    latest = today + timedelta(days=LONGEST_DAYS)
    if form.expires_on is None or not today < form.expires_on <= latest:
        raise FormError(
            "expires_on",
            f"调整必须有到期日：晚于今天，不晚于 {latest}。",
            f"An override must expire after today and not after {latest}; choose a day.",
        )
    return form.expires_on
