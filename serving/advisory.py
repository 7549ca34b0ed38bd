"""What monitoring said last, as the service takes it: all of it on the review page, and in every answer while broken.

The file of alerts is kept beside the current file in a folder named by its digest, and never changes there: so an
answer of the past can be given again with the advisory of then.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.alerts import ALERTS_FILE, KINDS, Alerts
from serving.digests import SHORT, digest_of_file, read_json

ALERTS_FOLDER = "alerts"


@dataclass(frozen=True)
class Advice:
    """The alerts of one run of monitoring, and the digest of the file that holds them."""

    alerts: Alerts
    digest: str

    @property
    def advisory(self) -> dict[str, Any] | None:
        """What every answer carries; null unless inputs or outcomes have broken with the past."""
        if self.alerts.state != "broken":
            return None
        broken = self.alerts.broken_kinds()
        zh = "、".join(KINDS[kind][0] for kind in broken)
        en = "; ".join(KINDS[kind][1] for kind in broken)
        return {
            "state": self.alerts.state,
            "as_of": self.alerts.as_of.isoformat(),
            "alerts": self.digest,
            "kinds": broken,
            "zh": f"监测发现输入或结果与以往不同（{zh}），风险类别请谨慎使用，由人复核",
            "en": f"Inputs or outcomes broke with the past ({en}): use the tiers with care, after review by a person",
        }


def load_advice(directory: Path) -> Advice:
    """Read the file of alerts in a directory; ModelError where it is missing or no such file."""
    content, digest = read_json(directory / ALERTS_FILE, "file of alerts")
    return Advice(Alerts.from_json(content), digest)


def kept_alerts(state: Path, file: Path) -> Path:
    """Keep a file of alerts below the state folder for good; the directory that holds it."""
    directory = state / ALERTS_FOLDER / digest_of_file(file)[:SHORT]
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f".{ALERTS_FILE}"
    unfinished.write_bytes(file.read_bytes())
    unfinished.replace(directory / ALERTS_FILE)
    return directory
