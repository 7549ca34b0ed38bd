"""What Spark needs and has not: one sentence with the remedy, before anything is started."""

import socket
import sys

import pytest

from features.spark.session import open_spark
from records.errors import ConfigError


def refusal(master: str = "local[1]") -> str:
    with pytest.raises(ConfigError) as refused, open_spark(master, "unused"):
        pass
    return str(refused.value)


def test_without_java_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "openjdk-17-jre-headless" in refusal()


def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert "JAVA_HOME has no java" in refusal()


def test_without_pyspark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: "java")
    for name in ("pyspark", "pyspark.errors", "pyspark.sql", "py4j", "py4j.protocol"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "pip install 'fenji[spark]'" in refusal()


def test_a_master_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: "java")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{free.getsockname()[1]}"
        assert f"none does at {master}" in refusal(master)


def test_a_master_without_a_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: "java")
    assert "spark://HOST:PORT, got spark://somewhere" in refusal("spark://somewhere")
