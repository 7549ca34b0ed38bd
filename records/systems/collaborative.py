"""System 3: the provincial collaborative supervision platform: lists and leads between departments, with provenance.

The platform's field names are not public: all names here are ours, to be checked. What goes out and what comes in have
the same layouts, so that a row says in both directions who produced, provided and answers for it.
"""

from records.finding_subjects import LISTINGS
from records.subjects import SUBJECTS
from records.systems.codes import ANY_LISTING_CAUSE, LEAD_KIND, LIST_KIND, MATTER, REMOVAL_REASON
from records.systems.common import (
    ENDS,
    ENTERPRISE,
    IDENTIFIED_BY,
    LISTING_LIMITS,
    NAMES,
    PERSONAL,
    SECTOR_FIELD,
    SUBJECT_ID_FIELD,
    owner_fields,
)
from records.systems.declaration import Field, Layout, System

LISTS_LAYOUT = Layout(
    "lists",
    "名单",
    "Lists",
    LISTINGS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("kind", ("名单种类", "list_kind"), kind="code", codes=LIST_KIND),
        Field("cause", ("列入原因", "list_cause"), kind="code", codes=ANY_LISTING_CAUSE),
        Field("occurred_on", ("列入日期", "listed_on")),
        Field("removed_on", ("移出日期", "removed_on"), kind="end_date"),
        Field("removal_reason", ("移出原因", "removal_reason"), kind="code", codes=REMOVAL_REASON),
        Field("listed_until", ("列入期限", "listed_until"), kind="end_date"),
        Field("decision_no", ("列入决定书文号", "decision_no"), kind="identifier"),
        *owner_fields("来源部门", "列入机关"),
        *ENDS,
    ),
    identity=("enterprise_id", "kind", "cause", "occurred_on"),
    same_as=("enterprise_id", "cause", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("kind",), ("cause",), ("occurred_on",)),
    derivations=(LISTING_LIMITS,),
    stamps=("occurred_on", "removed_on"),
    ends=("removed_on", "removal_reason"),
    not_kept=(*PERSONAL, *NAMES),
    direction="both",
)

LEADS_LAYOUT = Layout(
    "leads",
    "线索",
    "Leads",
    SUBJECTS["leads"],
    fields=(
        Field("lead_no", ("线索编号", "lead_no"), kind="identifier", zh="线索编号", en="Number of the lead"),
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("occurred_on", ("发现日期", "移送日期", "found_on")),
        Field("kind", ("线索来源", "lead_kind"), kind="code", codes=LEAD_KIND),
        SECTOR_FIELD,
        Field("matter", ("事项类别", "matter"), kind="code", codes=MATTER),
        Field("verified", ("是否查实", "verified")),
        Field("handled_on", ("办结日期", "handled_on"), kind="end_date"),
        Field("sent_to", ("移送单位", "接收单位", "sent_to")),
        *owner_fields("来源部门", "移送部门"),
        *ENDS,
    ),
    identity=("lead_no",),
    same_as=("enterprise_id", "occurred_on", "kind", "producer"),
    recognised_by=(IDENTIFIED_BY, ("lead_no",), ("kind",), ("occurred_on",)),
    stamps=("occurred_on", "handled_on"),
    ends=("handled_on", "verified"),
    not_kept=(*PERSONAL, *NAMES, "线索内容", "问题描述"),
    direction="both",
)

COLLABORATIVE = System(
    "collaborative",
    "广东省协同监管平台",
    "Provincial collaborative supervision platform",
    (LISTS_LAYOUT, LEADS_LAYOUT),
)
