"""Alerts as a file, the state that they make, and the gate that they close."""

import json

import pytest

from model.alerts import KINDS, SCHEMA, Alerts, Kind, Severity, refuse_while_broken
from records.errors import ConfigError, ModelError
from tests.told_alerts import alert, alerts


@pytest.mark.parametrize(
    ("severities", "state"),
    [((), "quiet"), (("notice",), "quiet"), (("notice", "warning"), "warning"), (("warning", "broken"), "broken")],
)
def test_the_worst_alert_makes_the_state_and_a_notice_disturbs_nobody(
    severities: tuple[Severity, ...], state: str
) -> None:
    assert alerts(*(alert(severity=one) for one in severities)).state == state


def test_a_file_gives_back_what_was_written() -> None:
    written = alerts(*(alert(kind) for kind in KINDS), alert("tier_jump", "notice", enterprise_id="甲", sector="price"))
    content = json.loads(json.dumps(written.to_json()))
    assert (content["schema"], content["state"]) == (SCHEMA, "broken")
    assert Alerts.from_json(content) == written


@pytest.mark.parametrize("broken", [{}, [], {"schema": SCHEMA + 1}, {"schema": SCHEMA, "alerts": [{}]}])
def test_another_form_is_refused(broken: object) -> None:
    with pytest.raises(ModelError, match="run `fenji watch` again"):
        Alerts.from_json(broken)


@pytest.mark.parametrize("told", [None, alerts(), alerts(alert(severity="warning"))])
def test_nothing_is_kept_back_unless_something_broke(told: Alerts | None) -> None:
    assert refuse_while_broken(told, None) == refuse_while_broken(told, "另有理由") == ""


def test_while_broken_a_reason_of_its_own_is_needed_and_kept() -> None:
    told = alerts(alert("calibration"), alert("silence", "warning"))
    with pytest.raises(ModelError, match=r"概率与随机抽查不符 .* --despite") as refused:
        refuse_while_broken(told, None)
    assert "silent" not in str(refused.value)
    assert "已在新数据上训练" in refuse_while_broken(told, "已在新数据上训练")


@pytest.mark.parametrize("told", [None, alerts(alert())])
def test_an_empty_reason_is_none(told: Alerts | None) -> None:
    with pytest.raises(ConfigError, match="--despite was empty"):
        refuse_while_broken(told, "  ")


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == set(Kind.__args__)
