"""What a person is shown instead of a page, and what to do about it."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from model.reasons import Language
from records.errors import RequestError
from serving.review.pages import render_bare

_TITLES = {
    400: ("请求有误", "The request breaks a rule"),
    403: ("不能这样做", "Not allowed"),
    404: ("没有这一页", "No such page"),
    405: ("不能这样打开", "Not opened like this"),
    409: ("情况已变", "Things have changed"),
    413: ("内容过长", "Too long"),
    415: ("请求有误", "The request breaks a rule"),
    500: ("服务出错", "The service failed"),
    503: ("服务尚未就绪", "The service is not ready"),
}
_SENTENCES = {
    "forbidden": ("这里只供复核、数据分析和审计人员使用，所用令牌是别的角色。", None),
    "form_spent": (
        "每张表单只能提交一次，并且只在打开它的会话里有效。请返回该页，重新打开后再提交；这次没有保存任何内容。",
        "A form counts once, and only in the session that it was opened in. Go back, open the page again and send it "
        "from there; nothing was saved this time.",
    ),
    "not_ready": ("没有相互匹配的发布和快照在服务中，请先运行 fenji release 和 fenji score。", None),
    "store_unavailable": ("数据库暂时没有响应，请稍后再试；没有保存任何内容。", None),
    "unknown_enterprise": ("快照里没有这个市场主体，或者它不在令牌范围之内。", None),
    "no_tier": ("这家企业在该领域没有类别，无从复核。", None),
    "not_waiting": ("这项决定已经有第二人意见，或者已被新的决定取代；请重新打开该企业的复核页面。", None),
    "same_person": ("调整为低风险须由两人作出，第二人须使用另一个令牌。", None),
    "unknown_decision": ("没有这个编号的决定。", None),
    "unknown_objection": ("没有这个编号的异议。", None),
    "unknown_snapshot": ("手边没有这份更早的快照，或者它不包含本企业的这一领域。请从“历次类别”里选择。", None),
    "unknown_action": ("试算事项有误：做法与记录的种类不相称。请从企业页面重新选择。", None),
    "unknown_record": ("试算事项所指的记录在基准日不计入本企业。请从企业页面重新选择。", None),
    "not_due": ("这一年度没有应报送的年度报告。请从企业页面重新选择。", None),
    "already_filed": ("这一年度的年度报告已经报送，不必补报。请从企业页面重新选择。", None),
    "no_model": ("这一领域没有标准，无法试算。", None),
    "http_404": ("请从“总览”重新开始。", "Start again from the overview."),
    "http_500": ("请让管理人员查看服务日志。", "Ask the operator to look at the service's log."),
}
"""By code: Chinese, and English where the refusal's own sentence is not for people at a page."""


async def refused(request: Request, error: Exception) -> Response:
    """The page of a refusal that a handler raised."""
    assert isinstance(error, RequestError), "registered for RequestError alone"
    return _page(request, error.status, error.code, error.message)


async def http_error(request: Request, error: Exception) -> Response:
    """The page of an address or a method that there is not."""
    assert isinstance(error, HTTPException), "registered for HTTPException alone"
    response = _page(request, error.status_code, f"http_{error.status_code}", f"{error.detail}.")
    response.headers.update(error.headers or {})
    return response


async def unforeseen(request: Request, error: Exception) -> Response:
    """The page of a fault that nobody foresaw; it says nothing of the fault, which the guard logs by its place."""
    return _page(request, 500, "http_500", "")


def _page(request: Request, status: int, code: str, message: str) -> Response:
    zh, en = _SENTENCES.get(code, (message, None))
    title = _TITLES.get(status) or (HTTPStatus(status).phrase, HTTPStatus(status).phrase)
    texts: dict[Language, tuple[str, str]] = {"zh": (title[0], zh), "en": (title[1], en or message)}
    return render_bare(request, "refusal.html.jinja", status, texts=texts)
