"""A standalone Spark cluster of the tests' own on loopback: one master and two workers, each a process."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PROJECT = Path(__file__).parents[1]
START_SECONDS = 180
SMALL: Mapping[str, str] = {
    "spark.sql.shuffle.partitions": "2",
    "spark.executor.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""Settings for a small cluster; how a query is planned and compiled is left as Spark does it by default."""
LEAN: Mapping[str, str] = {
    **SMALL,
    # Compiling each step to Java takes longer than running it over a few hundred enterprises.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
"""The same without compiling and planning again: quicker for a small district."""


class SparkCluster:
    """`master` is where it answers; `workers` are its worker processes, one core each."""

    def __init__(self, folder: Path) -> None:
        self.environment = spark_environment(folder)
        port, self._pages = _free_port(), _free_port()
        self.master = f"spark://127.0.0.1:{port}"
        self._log = (folder / "log").open("wb")
        ports = ("--port", str(port), "--webui-port", str(self._pages))
        self._master = self._start("master.Master", *ports)
        place = ("--work-dir", str(folder / "work"), "--webui-port", "0")
        self.workers = [
            self._start("worker.Worker", *place, "--cores", "1", "--memory", "600m", self.master) for _ in range(2)
        ]

    def wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while self._alive() < len(self.workers):
            assert time.monotonic() < end, "the cluster must start in time"
            time.sleep(0.5)

    def stop(self) -> None:
        for process in (*self.workers, self._master):
            process.kill()
            process.wait()
        self._log.close()

    def _alive(self) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self._pages}/json/", timeout=5) as answer:
                return sum(worker["state"] == "ALIVE" for worker in json.load(answer)["workers"])
        except (URLError, OSError):
            return 0

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = Path(self.environment["SPARK_HOME"]) / "bin" / "spark-class"
        words = [str(program), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *arguments]
        # The script becomes the Java process, so that killing this process kills the worker itself.
        return subprocess.Popen(words, env=self.environment, stdout=self._log, stderr=self._log)


def spark_environment(folder: Path) -> dict[str, str]:
    """Everything of Spark in `folder`, and every process in a zone that is far from the records'."""
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    own: Mapping[str, str] = {
        "SPARK_HOME": str(Path(found.origin).parent),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": str(PROJECT),
        "OMP_NUM_THREADS": "1",
        "TZ": "America/New_York",
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.timezone=America/New_York",
    }
    return {**os.environ, **own}


@contextmanager
def spark_cluster(folder: Path) -> Iterator[SparkCluster]:
    require_spark()
    cluster = SparkCluster(folder)
    try:
        cluster.wait()
        yield cluster
    finally:
        cluster.stop()


def require_spark() -> None:
    """Skip the test where Spark cannot run, fail it where CI is set."""
    missing = [
        *(["the extra spark (pip install 'fenji[spark]')"] if find_spec("pyspark") is None else []),
        *(["Java 17 (Debian's openjdk-17-jre-headless)"] if shutil.which("java") is None else []),
    ]
    if missing and os.environ.get("CI"):
        pytest.fail(f"Where CI is set the tests of Spark must run; install {' and '.join(missing)}.")
    if missing:
        pytest.skip(f"Spark is not installed; install {' and '.join(missing)} to run this test.")


def kill(process: subprocess.Popen[bytes]) -> None:
    """As when a machine loses its power."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
