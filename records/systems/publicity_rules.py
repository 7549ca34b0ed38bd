"""What follows from the rows of the publicity system: units, states, dates that a file leaves out."""

from datetime import timedelta
from decimal import Decimal

from records.annual_report_windows import shipped_windows
from records.errors import ConfigError
from records.systems.declaration import Derivation, Row, Terms
from records.systems.industries import industry_code
from records.systems.values.numbers import YUAN_OF_UNIT

IN_YUAN = ("91", "92", "95", "96", "99")
"""Types of enterprise whose capital the register gives in yuan, where it gives that of companies in 万元: cooperatives
and individual businesses (handbook 5.6)."""

YUAN_WORDS = frozenset({"156", "CNY", "RMB", "人民币", "人民币元", "元"})
SECTOR_OF_LICENCE = {
    "食品生产许可证": "food_production",
    "食品经营许可证": "food_operation",
    "药品经营许可证": "drugs",
    "医疗器械经营许可证": "medical_devices",
    "工业产品生产许可证": "product_quality",
    "全国工业产品生产许可证": "product_quality",
    "检验检测机构资质认定证书": "inspection_testing",
    "强制性产品认证证书": "certification",
    "特种设备使用登记证": "special_equipment",
}
"""The sector of a licence by its exact name; a licence of another name has none until its file says one."""


def _capital(row: Row, terms: Terms) -> None:
    """In yuan, and of yuan only (handbook 5.6: units and currencies differ)."""
    capital, currency = row.get("registered_capital_yuan"), row.get("currency")
    if capital is None:
        return
    if row.is_flagged("unit_assumed", "registered_capital_yuan") and (row.get("ent_type") or "").startswith(IN_YUAN):
        row.values["registered_capital_yuan"] = float(Decimal(repr(capital)) / YUAN_OF_UNIT["wan"])
    if currency and currency.upper() not in YUAN_WORDS:
        row.values["registered_capital_yuan"] = None
        row.flag("foreign_currency", "registered_capital_yuan")


def _industry(row: Row, terms: Terms) -> None:
    try:
        row.values["industry_code"] = industry_code(row.get("industry_door"), row.get("industry_code"))
    except ValueError:
        row.values["industry_code"] = None
        row.flag("industry_contradiction", "industry_code")


def _valid_from(row: Row, terms: Terms) -> None:
    if row.get("valid_from") is None and not row.is_faulty_in("valid_from"):
        row.values["valid_from"] = row.get("established_on")


def _no_sectors(row: Row, terms: Terms) -> None:
    if not row.get("sectors"):
        row.flag("no_sectors", "sectors")


def _report_state(row: Row, terms: Terms) -> None:
    """On time up to the last day of the window of the year reported on (handbook 2.6)."""
    year, filed_on = row.get("year"), row.get("occurred_on")
    if year is None or row.is_faulty_in("state") or row.is_faulty_in("occurred_on"):
        return
    try:
        closes = shipped_windows().of(year).closes
    except ConfigError:
        row.refuse("out_of_bounds", "year", year)
        return
    if row.get("state") is None and filed_on is not None:
        row.values["state"] = "on_time" if filed_on <= closes else "late"
    if row.get("state") == "not_filed" and filed_on is None:
        row.values["occurred_on"] = closes + timedelta(days=1)


def _licence(row: Row, terms: Terms) -> None:
    if row.get("occurred_on") is None:
        row.values["occurred_on"] = row.get("valid_from")
    if row.get("sector") is None and not row.is_faulty_in("sector"):
        row.values["sector"] = SECTOR_OF_LICENCE.get(row.get("kind") or "")
    if row.get("state") is None and not row.is_faulty_in("state"):
        ended, known_at = row.get("valid_to"), row.get("known_at")
        has_ended = ended is not None and known_at is not None and ended <= known_at.date()
        row.values["state"] = "expired" if has_ended else "valid"


def _findings(row: Row, terms: Terms) -> None:
    severity = row.get("severity")
    for level in ("minor", "general", "serious"):
        if row.get(f"findings_{level}") is None and not row.is_faulty_in(f"findings_{level}"):
            row.values[f"findings_{level}"] = int(severity == level)


CAPITAL = Derivation(
    ("registered_capital_yuan",),
    "表头未注明单位的，企业以万元、个体与合作社以元计；外币不换算",
    "where the header names no unit, in 万元 for enterprises and in yuan for individual businesses and cooperatives; "
    "other currencies are left empty",
    _capital,
    needs=("registered_capital_yuan",),
)
INDUSTRY = Derivation(
    ("industry_code",),
    "门类字母与数字代码合并；缺少门类的由大类推得",
    "door's letter before the digits; a missing letter follows from the division",
    _industry,
    needs=("industry_code", "industry_door"),
)
VALID_FROM = Derivation(
    ("valid_from",), "核准日期，未给出的为成立日期", "date of approval, else of establishment", _valid_from
)
NO_SECTORS = Derivation(
    ("sectors",),
    "登记信息没有该列时主体保留已有的监管领域，新主体暂无领域，由通用模型作答；有列而为空的清空并标记（本项目决定）",
    "without this column an enterprise keeps the sectors that it has, and a new one has none, so that the general "
    "model answers; an empty cell empties them and is flagged (project decision)",
    _no_sectors,
    needs=("sectors",),
)
REPORT_STATE_DERIVED = Derivation(
    ("state", "occurred_on"),
    "未给出时：报送日期不晚于该年度报送期末日为按时，否则为补报；未报的，发生日期为期满次日",
    "if not given: on time up to the last day of that year's window, late after it; what was not filed occurred on the "
    "day after it",
    _report_state,
)
LICENCE = Derivation(
    ("occurred_on", "sector", "state"),
    "发证日期未给出的为有效期自；领域由许可证名称推得；状态未给出的按有效期与获知时间推得",
    "issued on the first day of validity if not given; the sector by the licence's name; the state, if not given, by "
    "its validity when it became known",
    _licence,
)
FINDINGS = Derivation(
    ("findings_minor", "findings_general", "findings_serious"),
    "未给出时：检查结果的一级记一项",
    "if not given: one finding of the result's severity",
    _findings,
)
