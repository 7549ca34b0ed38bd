"""Fields and derivations that the layouts of several systems share."""

from records.systems.codes import KINDS_BY_WEIGHT, LISTING_CAUSE, SECTOR
from records.systems.declaration import Derivation, Field, Row, Terms
from records.use_limits import use_until_by_law

ENTERPRISE = Field("enterprise_id", ("uniscId", "统一社会信用代码", "社会信用代码", "信用代码"), kind="identifier")
SUBJECT_ID_FIELD = Field(
    "pripid",
    ("priPID", "主体身份代码", "主体编号"),
    kind="identifier",
    zh="主体身份代码（无统一社会信用代码时代替）",
    en="Subject id, stands in where there is no unified code",
)
SECTOR_FIELD = Field("sector", ("sector", "监管领域"), kind="code", codes=SECTOR)

ENDS = (
    Field("known_at", ("known_at", "获知时间")),
    Field("withdrawn_at", ("withdrawn_at", "撤销日期", "更正日期"), kind="end_date"),
    Field("use_until", ("use_until", "使用截止日期"), kind="end_date"),
)
IDENTIFIED_BY = ("enterprise_id", "pripid")
"""One of these has to be among the headers."""

PERSONAL = (
    *("leRep", "法定代表人", "负责人", "法定代表人姓名", "cerNo", "身份证号码", "证件号码", "tel", "联系电话"),
    *("联系人", "手机号码", "email", "电子邮箱", "inspectors", "检查人员", "执法人员"),
)
"""Names of fields about persons: never stored, not even in quarantine."""

NAMES = ("entName", "企业名称", "市场主体名称", "当事人名称", "regNO", "注册号")
"""Names of enterprises stay with the register: the contract keeps none."""

SERIOUS_FINE_YUAN = 100_000.0
MINOR_FINE_YUAN = 3_000.0
"""Where a fine makes a penalty serious, and up to where it is minor (project decisions: the borders of Guangdong are
not known; 3,000 yuan is what may be fined on the spot, 行政处罚法 Art. 51)."""

_SERIOUS_KINDS = ("closure", "revoke_licence", "withhold_licence", "suspension")
_MINOR_KINDS = ("warning", "criticism")


def owner_fields(*producer: str) -> tuple[Field, ...]:
    """Who produced, provided and answers for a record; `producer` are the system's names of the producing office."""
    return (
        Field("producer", (*producer, "producer", "产生单位")),
        Field("provider", ("provider", "提供单位", "数据提供单位")),
        Field("responsible", ("responsible", "责任单位", "数据责任单位")),
    )


def penalty_severity(kind: str | None, fine_yuan: float | None) -> str | None:
    """How serious a penalty is whose file does not say it, by its kind and fine; null for an unknown kind.

    >>> penalty_severity("fine", 3000.0), penalty_severity("fine", 3000.5), penalty_severity("fine", 100000.0)
    ('minor', 'general', 'serious')
    """
    if kind is None:
        return None
    if kind in _SERIOUS_KINDS or (fine_yuan or 0.0) >= SERIOUS_FINE_YUAN:
        return "serious"
    if kind in _MINOR_KINDS or (kind == "fine" and fine_yuan is not None and fine_yuan <= MINOR_FINE_YUAN):
        return "minor"
    return "general"


def _heaviest_kind(row: Row, terms: Terms) -> None:
    kinds = row.get("kind")
    if kinds:
        row.values["kind"] = min(kinds, key=KINDS_BY_WEIGHT.index)
        if len(kinds) > 1:
            row.flag("several_kinds", "kind")


def _severity(row: Row, terms: Terms) -> None:
    if row.get("severity") is None and not row.is_faulty_in("severity"):
        row.values["severity"] = penalty_severity(row.get("kind"), row.get("fine_yuan"))


def _use_until(subject: str, row: Row) -> None:
    if row.get("use_until") is None and not row.is_faulty_in("use_until"):
        row.values["use_until"] = use_until_by_law(subject, row.values)


HEAVIEST_KIND = Derivation(
    ("kind",),
    "多种处罚并处的取最重者",
    "of several kinds the heaviest",
    _heaviest_kind,
    needs=("kind",),
)
SEVERITY_DERIVED = Derivation(
    ("severity",),
    f"未给出时：停产停业、暂扣或吊销、关闭，或罚款不低于 {SERIOUS_FINE_YUAN:,.0f} 元为严重；警告、通报批评，"
    f"或仅罚款且不高于 {MINOR_FINE_YUAN:,.0f} 元为轻微；其余为一般（本项目决定）",
    f"if not given: suspension, withheld or revoked licence, closure or a fine from {SERIOUS_FINE_YUAN:,.0f} yuan is "
    f"serious; warning, criticism or a mere fine up to {MINOR_FINE_YUAN:,.0f} yuan is minor; general otherwise "
    "(project decision)",
    _severity,
)
PENALTY_LIMIT = Derivation(
    ("use_until",),
    "未给出时按决定日期适用的公示与修复规定推算",
    "if not given, by the rules of display and repair in force at the decision",
    lambda row, terms: _use_until("penalties", row),
)


def _listing_limits(row: Row, terms: Terms) -> None:
    _use_until("listings", row)
    if row.get("kind") == "serious" and row.get("listed_until") is None and not row.is_faulty_in("listed_until"):
        row.values["listed_until"] = row.get("use_until")


LISTING_LIMITS = Derivation(
    ("use_until", "listed_until"),
    "严重违法名单未给出期限时按列入日期适用的规定推算；经营异常名录无期限",
    "the term of a serious listing, if not given, by the rules in force at the listing; an abnormal one has none",
    _listing_limits,
)
ABNORMAL_CAUSES = tuple(code.means for code in LISTING_CAUSE.codes)
