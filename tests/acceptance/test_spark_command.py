"""What `--engine spark` needs and has not: one sentence with rule, value and remedy, before anything is started."""

import socket
import sys
from pathlib import Path

import pytest

from tests.run_command import Command, command_in

USAGE, SETTING = 2, 3
"""Exit codes."""
BUILD = ("build", "records", "--as-of", "2024-07-01", "--out", "frame")
SCORE = ("score", "records", "--as-of", "2024-07-01", "--out", "scores")
SPARK = ("--engine", "spark")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return command_in(tmp_path, monkeypatch, capfd)


@pytest.fixture
def java_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of that name, which is never run: these tests say the same where Java is not installed."""
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(program.parent))


def refused(command: Command, *words: str) -> str:
    """The sentence about a setting."""
    ended = command(*BUILD, *SPARK, *words)
    assert ended.code == SETTING
    assert "Exception" not in ended.error
    return ended.sentence()


def misused(command: Command, *words: str) -> str:
    """What is said of options that do not go together, its lines joined."""
    ended = command(*words)
    assert ended.code == USAGE
    assert "Traceback" not in ended.error
    return " ".join(ended.error.replace("│", " ").split())


def test_without_java_the_package_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    said = refused(command)
    assert "needs Java 17 or later, PATH has no java" in said
    assert "openjdk-17-jre-headless" in said


def test_a_java_home_without_java_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert "JAVA_HOME has no java" in refused(command)


@pytest.mark.usefixtures("java_on_the_path")
def test_without_pyspark_the_extra_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.errors", "pyspark.sql", "py4j", "py4j.protocol"):
        monkeypatch.setitem(sys.modules, name, None)
    said = refused(command)
    assert "needs PySpark, it is not installed" in said
    assert "pip install 'fenji[spark]'" in said


@pytest.mark.usefixtures("java_on_the_path")
@pytest.mark.parametrize(
    "master", ["somewhere", "spark://somewhere", "spark://:7077", "spark://host:port", "local[0]", "mesos://host:5050"]
)
def test_a_word_that_names_no_master_is_named(command: Command, master: str) -> None:
    said = refused(command, "--master", master)
    assert f"spark://HOST:PORT, yarn or k8s://URL, got {master}: correct --master" in said


@pytest.mark.usefixtures("java_on_the_path")
def test_a_master_that_does_not_answer_is_named(command: Command) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{free.getsockname()[1]}"
        said = refused(command, "--master", master)
    assert f"none does at {master}: start it, or correct --master" in said


@pytest.mark.usefixtures("java_on_the_path")
def test_a_port_that_cannot_be_is_a_master_that_does_not_answer(command: Command) -> None:
    assert "none does at spark://127.0.0.1:99999" in refused(command, "--master", "spark://127.0.0.1:99999")


def test_an_unknown_engine_is_named_with_those_there_are(command: Command) -> None:
    assert "'flink' is not one of 'duckdb', 'spark'" in misused(command, *BUILD, "--engine", "flink")


def test_a_master_for_another_engine_is_refused(command: Command) -> None:
    said = misused(command, *BUILD, "--master", "local[2]")
    assert "--master and --conf are for the engine spark, got duckdb: add --engine spark or leave them out" in said


def test_a_setting_that_is_no_pair_is_named(command: Command) -> None:
    said = misused(command, *BUILD, *SPARK, "--conf", "spark.executor.memory")
    assert "a setting of Spark is KEY=VALUE, got spark.executor.memory: write it so" in said


def test_scores_of_spark_are_not_put_into_service(command: Command) -> None:
    assert "leave out --publish" in misused(command, *SCORE, *SPARK, "--publish")
