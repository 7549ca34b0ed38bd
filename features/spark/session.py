"""The one way into Spark: a session with the settings that the steps rest on, or one clear sentence."""

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from features.pipeline import Step
from records.contract import TIMEZONE
from records.errors import ConfigError, FenjiError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MASTER_WAIT_SECONDS = 5.0
_ADDRESS = r"[^\s,/]+:\d+"
_MASTERS = (r"local", r"local\[(\*|[1-9]\d*)(,\d+)?\]", rf"spark://{_ADDRESS}(,{_ADDRESS})*", r"yarn", r"k8s://\S+")
"""How a master may be called, as regular expressions."""
SIDE_BY_SIDE = 4
"""Steps under way at the same time: while one waits for its last task, the cores have another."""
SETTINGS: Mapping[str, str] = {
    # Overflow, division by zero and the size of a null list are then what they are in DuckDB.
    "spark.sql.ansi.enabled": "true",
    # What is grouped by enterprise stays where it is when it is joined by enterprise and sector.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Spark:
    """A session.

    `work` is a folder that driver and executors see, for tables that are made on the way; `scratch` one of the driver,
    for what executors fetch. Both go with the session.
    """

    session: "SparkSession"
    work: str
    scratch: Path

    def look_up(self, *steps: Step) -> None:
        """Let each table's name stand for its SQL: nothing is computed before something is asked for."""
        for name, sql in steps:
            self.session.sql(sql).createOrReplaceTempView(name)

    def make(self, *steps: Step) -> None:
        """Compute tables that do not need one another, and keep each as Parquet in `work`.

        So no plan is larger than its step (planning all steps as one takes longer than running them), and what was
        done outlives the executors that did it.
        """
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for _ in pool.map(self._make, steps):
                pass

    def _make(self, step: Step) -> None:
        name, sql = step
        # The name that Spark's pages and its event log give to the jobs.
        self.session.sparkContext.setJobDescription(name)
        rows = self.session.sql(sql)
        rows.write.mode("overwrite").parquet(f"{self.work}/{name}")
        kept = self.session.read.schema(rows.schema).parquet(f"{self.work}/{name}")
        kept.createOrReplaceTempView(name)

    def refuse_existing(self, folder: str) -> None:
        """Raise ConfigError where `folder` exists: nothing is written over, and better said before than after."""
        if _file_system(self.session, folder).exists(_path(self.session, folder)):
            raise ConfigError(f"Spark writes into a new folder, {folder} exists: name another, or remove it.")

    def count(self, name: str) -> int:
        """The rows of a table that was made; the files tell without being read."""
        return self.session.table(name).count()

    def hold(self, name: str, table: pa.Table) -> None:
        """Give every executor a small table whole."""
        from pyspark.sql.functions import broadcast

        broadcast(self.session.createDataFrame(table)).createOrReplaceTempView(name)

    def frame(self, sql: str) -> "DataFrame":
        return self.session.sql(sql)

    def ship(self, directory: Path) -> str:
        """Send a directory to every executor once, packed; its name there, which `shipped` finds."""
        archive = shutil.make_archive(str(self.scratch / directory.name), "zip", directory)
        self.session.sparkContext.addArchive(archive)
        return Path(archive).name


def shipped(name: str) -> Path:
    """Where a worker finds a directory that `Spark.ship` sent."""
    from pyspark import SparkFiles

    return Path(SparkFiles.get(name))


@contextmanager
def open_spark(master: str, work: str, settings: Mapping[str, str] | None = None) -> Iterator[Spark]:
    """A session on `master` (`local[2]`, `spark://host:7077`, `yarn` ...), stopped at the end.

    `settings` are Spark's own (`spark.executor.memory` ...) and go before what `spark-defaults.conf` says. `work` need
    not exist; after a failure it is left and the next run writes over it.

    Raises
    ------
    ConfigError
        If pyspark or Java is missing, no master answers, or Spark refuses a setting.
    FenjiError
        If a job fails for good; the cause is in the sentence.
    """
    _require_java()
    _require_master(master)
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError(
            "The engine spark needs PySpark, it is not installed: pip install 'fenji[spark]', here and on every worker."
        ) from None
    # Else Spark would take whatever python3 it finds, here and on the workers.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.master(master).appName("fenji")
        session = builder.config(map={**SETTINGS, **(settings or {})}).getOrCreate()
    except (Py4JError, PySparkException, RuntimeError) as error:
        raise ConfigError(
            f"Spark must start on {master}, it did not ({_first_line(error)}): check --conf and Java."
        ) from None
    try:
        # Our timestamps have no zone; where one comes with a zone, it is read as local time.
        session.conf.set("spark.sql.session.timeZone", TIMEZONE)
        with tempfile.TemporaryDirectory(prefix="fenji-spark-") as scratch:
            yield Spark(session, work, Path(scratch))
        _file_system(session, work).delete(_path(session, work), True)
    except (Py4JError, PySparkException) as error:
        raise FenjiError(
            f"Every job of Spark must end, one failed ({_first_line(error)}): see the pages of {master} for more."
        ) from error
    finally:
        session.stop()


def _path(session: "SparkSession", folder: str) -> Any:
    # PySpark has no call of its own for files.
    gateway: Any = session._jvm
    return gateway.org.apache.hadoop.fs.Path(folder)


def _file_system(session: "SparkSession", folder: str) -> Any:
    """Hadoop's, which knows every kind of place that Spark writes to."""
    return _path(session, folder).getFileSystem(session._jsc.hadoopConfiguration())


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise ConfigError(
            f"Spark needs Java 17 or later, {'JAVA_HOME has' if home else 'PATH has'} no java: install a JRE "
            "(Debian: openjdk-17-jre-headless) or set JAVA_HOME."
        )


def _require_master(master: str) -> None:
    """Spark itself prints the traces of two languages for a word it does not know, and calls for minutes."""
    if not any(re.fullmatch(form, master, re.ASCII) for form in _MASTERS):
        raise ConfigError(
            f"A Spark master is local[N], local[*], spark://HOST:PORT, yarn or k8s://URL, got {master}: "
            "correct --master."
        )
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), MASTER_WAIT_SECONDS).close()
            return
        except (OSError, OverflowError, UnicodeError):
            continue
    raise ConfigError(
        f"A Spark master must answer, none does at {master}: start it, or correct --master (local[2] needs none)."
    )


def _first_line(error: Exception) -> str:
    """What went wrong without the traces of both languages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in lines if "Exception: " in line or "Error: " in line), lines[0] if lines else "")
    return told or type(error).__name__
