"""What a person got wrong in a form: told beside the field, in both languages, with everything they wrote kept."""

from records.errors import RequestError


class FormError(RequestError):
    """A field of a form that breaks a rule; the page shows the form again with what was entered."""

    def __init__(self, field: str, zh: str, en: str, status: int = 400) -> None:
        super().__init__("mistake", field, en, status)
        self.zh = zh


def as_form_error(refusal: RequestError) -> FormError:
    """A refusal that the model of a form gave, as a mistake that can be shown beside its field."""
    if isinstance(refusal, FormError):
        return refusal
    zh = _SENTENCES.get(refusal.code, "填写不符合要求，请检查此项。")
    return FormError(refusal.field.split(".")[0], zh, refusal.message, refusal.status)


_SENTENCES = {
    "missing": "此项必填。",
    "string_too_long": "内容过长，请精简。",
    "string_too_short": "此项必填。",
    "date_from_datetime_parsing": "日期应写作 YYYY-MM-DD。",
    "date_parsing": "日期应写作 YYYY-MM-DD。",
    "not_waiting": "这项决定已经有第二人意见，或者已被新的决定取代；请刷新后查看。",
    "same_person": "调整为低风险须由两人作出，第二人须使用另一个令牌。",
    "already_answered": "这项异议已经答复，每项异议只答复一次。",
}
