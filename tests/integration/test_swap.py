"""A new month and a new release come into service under load: no request fails, and each answer is of one snapshot."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from serving.current import Current, write_current
from serving.follower import POLL_SECONDS
from serving.release import load_release, release
from serving.scoring.population import write_snapshot
from tests import served_district as district
from tests.live_service import Live, live

IDS = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
ASKED = {"enterprise_ids": IDS}
CALLERS = 4
WITHIN_SECONDS = 300


@dataclass(frozen=True)
class Month:
    """A release, a snapshot that it scored, and what `/v1/score` then says of everybody."""

    release: Path
    snapshot: Path
    answer: dict[str, Any]

    @property
    def digest(self) -> str:
        digest: str = self.answer["snapshot"]
        return digest


def month(folder: Path, released: Path, seed: int) -> Month:
    """A snapshot of other indicators."""
    frame = district.frame()
    frame.values[:, :] += np.random.default_rng(seed).poisson(1.0, frame.values.shape)
    out = folder / f"snapshot-{seed}"
    write_snapshot(frame, district.records(), load_release(released), out)
    answer = Current(released, out).load().score(IDS, None)
    return Month(released, out, orjson.loads(orjson.dumps(answer | {"next": None})))


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Month]:
    """Two months of one release, and one of another release that lacks a sector."""
    folder = tmp_path_factory.mktemp("months")
    first = district.save_release(folder)
    fewer = {name: one for name, one in district.standards().items() if name != district.INHERITED}
    release({name: folder / "models" / name for name in district.models()}, folder / "other", fewer)
    return [month(folder, first, 1), month(folder, first, 2), month(folder, folder / "other", 3)]


@pytest.fixture(scope="module")
def service(months: list[Month], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    write_current(folder / "current.json", months[0].release, months[0].snapshot)
    with live(folder, workers=2) as running:
        yield running


@dataclass
class Load:
    """Callers that ask without a pause until the block ends, now on a kept connection and now on a new one."""

    service: Live
    wrong: list[Any] = field(default_factory=list)
    seen: list[tuple[float, str]] = field(default_factory=list)
    is_over: bool = False

    def __enter__(self) -> "Load":
        self._callers = [threading.Thread(target=self._ask) for _ in range(CALLERS)]
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.is_over = True
        for caller in self._callers:
            caller.join()

    def expect(self, *answers: dict[str, Any]) -> None:
        """What may be answered."""
        self._expected = {one["snapshot"]: one for one in answers}

    def lately(self, seconds: float) -> set[str]:
        """The snapshots that answered within the last seconds."""
        since = time.monotonic() - seconds
        return {snapshot for at, snapshot in self.seen if at >= since}

    def _ask(self) -> None:
        headers = self.service.headers("sampler")
        while not self.is_over:
            with httpx.Client(base_url=self.service.url, headers=headers, timeout=60) as client:
                for _ in range(10):
                    self._once(client)

    def _once(self, client: httpx.Client) -> None:
        try:
            answer = client.post("/v1/score", json=ASKED)
            content = answer.json()
            if answer.status_code != 200 or content != self._expected.get(content["snapshot"]):
                self.wrong.append((answer.status_code, content.get("code"), content.get("snapshot")))
            self.seen.append((time.monotonic(), content["snapshot"]))
        except (httpx.HTTPError, ValueError, KeyError) as fault:
            self.wrong.append(repr(fault))


def test_months_come_and_go_under_load_without_a_lost_or_mixed_answer(months: list[Month], service: Live) -> None:
    current = service.folder / "current.json"
    load = Load(service)
    load.expect(*(one.answer for one in months))
    with load:
        # The service is ready with its first worker; the other one may begin with what comes later.
        _until(lambda: load.seen and service.log.count("in service: ") == 2)
        for taken_in, following in enumerate((months[1], months[2], months[0]), start=2):
            write_current(current, following.release, following.snapshot)
            # By both workers: one that is asked nothing for a while would miss a month that comes and goes.
            _until(lambda times=taken_in: service.log.count("in service: ") == 2 * times)
            _until(lambda digest=following.digest: load.lately(1.0) == {digest})

        # A release that did not score the snapshot, and a snapshot with a changed file: refused, nothing changes.
        write_current(current, months[2].release, months[0].snapshot)
        _until(lambda: service.log.count("must be served with the release that scored it") == 2)
        broken = service.folder / "broken"
        shutil.copytree(months[1].snapshot, broken)
        (broken / "columns" / "tier.npy").write_bytes(b"changed")
        write_current(current, months[1].release, broken)
        _until(lambda: service.log.count("The files of a snapshot must match its digests") == 2)
        time.sleep(2 * POLL_SECONDS)
        assert load.lately(POLL_SECONDS) == {months[0].digest}
        assert service.get("/readyz").status_code == 200
    assert load.wrong == []
    assert {snapshot for _, snapshot in load.seen} == {one.digest for one in months}
    workers = {line["snapshot"] for line in _answered(service)}
    assert workers == {one.digest for one in months}


def test_a_stream_under_way_ends_with_the_snapshot_that_it_began_with(months: list[Month], service: Live) -> None:
    write_current(service.folder / "current.json", months[0].release, months[0].snapshot)
    headers = service.headers("sampler") | {"Accept": "application/vnd.apache.arrow.stream"}
    before = service.log.count("in service: ")
    with httpx.stream("GET", f"{service.url}/v1/snapshot", headers=headers, timeout=60) as stream:
        assert stream.headers["fenji-snapshot"] == months[0].digest
        write_current(service.folder / "current.json", months[1].release, months[1].snapshot)
        _until(lambda: service.log.count("in service: ") >= before + 2)
        content = b"".join(stream.iter_bytes())
    assert months[0].digest.encode() in content
    assert months[1].digest.encode() not in content


def _answered(service: Live) -> Iterator[dict[str, Any]]:
    lines = (orjson.loads(line) for line in service.log.splitlines() if line.startswith("{"))
    return (line for line in lines if line.get("address") == "/v1/score")


def _until(is_so: Any) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < WITHIN_SECONDS
        time.sleep(0.1)
