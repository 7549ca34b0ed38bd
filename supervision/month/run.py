"""`fenji month`: run what is left of a month's steps, one run at a time, and sum up what came of it."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from features.catalogue.everything import INDICATORS
from model.standard import Standard
from records.contract import TIMEZONE
from records.errors import ConfigError
from records.login import login_name
from records.progress import Report
from supervision.month.deliveries import Delivery, last_import, read_deliveries
from supervision.month.lock import only_run
from supervision.month.order import check_order, reported_month
from supervision.month.protocol import Done, Protocol, protocols, read_protocol, write_protocol
from supervision.month.steps import RELEASE, SNAPSHOT, WATCH, Serving, Step, Work, records_directory, steps_of
from supervision.month.summary import INPUTS, print_summary, write_summary
from supervision.watch.run import EXIT_CODES


@dataclass(frozen=True)
class Asked:
    """What is asked for: the month of an as-of date, from the records at a location and what was delivered.

    `months` is the folder of all months and `ledger` that of monitoring. `skipped` and `despite` are reasons of a
    person: why a month is missing before this one, why one that was held back is put into service all the same.
    """

    location: str
    as_of: date
    deliveries: Path | None
    standards: Mapping[str, Standard]
    months: Path
    ledger: Path
    skipped: str | None = None
    despite: str | None = None

    @property
    def folder(self) -> Path:
        """Where the month lies; it has the name of the month that begins at the as-of date."""
        return self.months / f"{self.as_of:%Y-%m}"


def run_month(asked: Asked, serving: Serving, console: Console, progress: Report) -> int:
    """Run what is left of the month, print its summary and return the exit code, which is that of monitoring.

    0: in service, and quiet; 10: in service, look at what monitoring found; 20: held back, since it found a break. A
    month that has ended is told of and left as it is.

    Raises
    ------
    BusyError
        While another run works in the folder of months.
    ConfigError
        For a date, an order of months, deliveries or a reason that cannot be; or if the inputs are not those that the
        month was begun with.
    FenjiError
        Whatever a step raises; the steps before it are summed up first.
    """
    reported_month(asked.as_of)
    with only_run(asked.months, asked.folder.name):
        deliveries = read_deliveries(asked.deliveries)
        if deliveries:
            records_directory(asked.location)
        begun = protocols(asked.months)
        protocol = _begin(asked, begun, _first_inputs(asked, serving))
        work = _work(asked, protocol, begun, deliveries, serving, progress)
        _refuse_other_inputs(asked, protocol, work)
        try:
            if protocol.is_ended:
                told = f"{protocol.name} 此前已完成，未作改动 was run before, nothing was changed"
                console.print(told, highlight=False)
            else:
                write_protocol(protocol, asked.folder)
                _end(asked.folder, _run_steps(asked.folder, protocol, work))
        finally:
            protocol = read_protocol(asked.folder) or protocol
            print_summary(console, protocol, asked.folder)
    return exit_code(protocol)


def exit_code(protocol: Protocol) -> int:
    """What a scheduler sees of a month that has ended."""
    if protocol.state == "held":
        return EXIT_CODES["broken"]
    return EXIT_CODES["quiet" if protocol.figures(WATCH)["state"] == "quiet" else "warning"]


def _first_inputs(asked: Asked, serving: Serving) -> dict[str, str]:
    """Digests of what a month is begun with."""
    standards = {sector: standard.to_json() for sector, standard in sorted(asked.standards.items())}
    told = {"standards": json.dumps(standards, ensure_ascii=False), "indicators": repr(INDICATORS)}
    return {"release": serving.release} | {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in told.items()
    }


def _begin(asked: Asked, begun: Sequence[Protocol], inputs: Mapping[str, str]) -> Protocol:
    """The month as it is, or as it is begun; ConfigError where its order or a reason forbids it."""
    own = next((one for one in begun if one.as_of == asked.as_of), None)
    others = [one for one in begun if one.as_of != asked.as_of]
    if asked.despite is not None:
        return _despite(own, others, asked)
    if own is None:
        skipped = check_order(others, asked.as_of, asked.skipped)
        arguments = {
            "records": asked.location,
            "deliveries": None if asked.deliveries is None else str(asked.deliveries),
        }
        return Protocol(asked.as_of, _now(), arguments, inputs, last_import(Path(asked.location)), skipped)
    if not own.is_ended:
        check_order(others, asked.as_of, own.skipped["why"] if own.skipped else None)
    return own


def _despite(own: Protocol | None, others: Sequence[Protocol], asked: Asked) -> Protocol:
    """A month that was held back, to be put into service by a person who says why."""
    why = (asked.despite or "").strip()
    if own is None or own.state != "held":
        if own is not None and own.despite is not None and own.despite["why"] == why:
            return own
        raise ConfigError(
            f"--despite puts a month into service that was held back, {asked.folder.name} was not; run it without, and "
            "look at what monitoring finds first."
        )
    if not why:
        raise ConfigError("A month is put into service despite a break for a reason, --despite was empty; say why.")
    check_order(others, asked.as_of, own.skipped["why"] if own.skipped else None)
    return replace(own, state="running", despite={"why": why, "by": login_name()})


def _work(
    asked: Asked,
    protocol: Protocol,
    begun: Sequence[Protocol],
    deliveries: tuple[Delivery, ...],
    serving: Serving,
    progress: Report,
) -> Work:
    earlier = [one.name for one in begun if one.state == "in_service" and one.as_of < asked.as_of]
    before = [asked.months / name / SNAPSHOT for name in earlier if (asked.months / name / SNAPSHOT).is_dir()]
    return Work(
        asked.location,
        asked.as_of,
        asked.folder,
        deliveries,
        datetime.fromisoformat(protocol.begun_at),
        protocol.imports_before,
        before[-1] if before else None,
        asked.standards,
        asked.ledger,
        protocol.despite,
        serving,
        progress,
    )


def _refuse_other_inputs(asked: Asked, protocol: Protocol, work: Work) -> None:
    """ConfigError where anything that is fixed is not what it was."""
    now = _first_inputs(asked, work.serving)
    for step in steps_of(work):
        if protocol.is_done(step.name):
            now |= step.fixes()
    differing = [name for name, digest in protocol.inputs.items() if now.get(name) != digest]
    if differing:
        named = "、".join(f"{INPUTS[name][0]} {INPUTS[name][1]}" for name in differing)
        remedy = (
            "give back those that it was run with; what is new counts in the next month, or name another folder of "
            "months with --out to run it anew"
            if protocol.is_ended or protocol.despite
            else f"give back those that it was begun with, or remove {asked.folder} to begin it anew"
        )
        raise ConfigError(
            f"A month is run with the inputs that it was begun with, in {protocol.name} other are: {named}; {remedy}."
        )


def _run_steps(folder: Path, protocol: Protocol, work: Work) -> Protocol:
    """Do what is not done, and write down each step once it is."""
    for step in steps_of(work):
        if step.name == RELEASE and _is_held(protocol):
            work.serving.tell(folder / WATCH)
            return replace(protocol, state="held")
        if not protocol.is_done(step.name):
            done, fixed = _do(step, folder)
            protocol = replace(protocol, done=(*protocol.done, done), inputs={**protocol.inputs, **fixed})
            write_protocol(protocol, folder)
    return replace(protocol, state="in_service")


def _do(step: Step, folder: Path) -> tuple[Done, Mapping[str, str]]:
    """Make the step's output, unless a run that was killed had just finished it; and the digests that it fixes."""
    begun = time.perf_counter()
    out = folder / step.output
    if not step.output or not out.exists():
        step.make(out)
    figures, fixed = step.figures(out), step.fixes()
    return Done(step.name, _now(), round(time.perf_counter() - begun, 1), figures), fixed


def _end(folder: Path, protocol: Protocol) -> None:
    """The summary is written before the month has ended: an ended month lacks nothing."""
    write_summary(protocol, folder)
    write_protocol(protocol, folder)


def _is_held(protocol: Protocol) -> bool:
    return protocol.figures(WATCH)["state"] == "broken" and protocol.despite is None


def _now() -> str:
    return datetime.now(ZoneInfo(TIMEZONE)).replace(tzinfo=None).isoformat(timespec="seconds")
