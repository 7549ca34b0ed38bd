"""`fenji report`: one month of credit-risk supervision on the five axes by which offices report (R23)."""

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

from model.standard import Standard
from records.errors import ConfigError, DataError
from records.intake import undated_rows
from records.progress import Report, silent
from records.source import Records
from supervision.report.axes import application_section, double_random_section
from supervision.report.classification import classification_section
from supervision.report.collection import collection_section, intake
from supervision.report.credit import credit_section
from supervision.report.four_gates import gates_section
from supervision.report.known import Known, know
from supervision.report.month import Month
from supervision.report.names import Sectors
from supervision.report.page import to_html
from supervision.report.sheets import write_workbook
from supervision.report.tables import MonthlyReport, Remark
from supervision.report.tiering import Tiering, Tierings, check_dates
from training.cards.blocks import Text

_LOG = logging.getLogger(__name__)
_DIGEST = 12
"""So many characters of a release's digest name it to a reader."""


def write_report(
    records: Records,
    standards: Mapping[str, Standard],
    month: Month,
    tierings: Tierings,
    out: Path,
    report: Report = silent,
) -> tuple[Path, Path]:
    """Write the report of a month into the directory `out`, as `report-YYYY-MM.html` and `.xlsx`; return both paths.

    `records` are as read, not yet checked. Each file appears whole or not at all; those of an earlier run are replaced.

    Raises
    ------
    ConfigError
        If `out` is a file.
    DataError
        If no record was known before the month's end.
    ModelError
        If a snapshot is not of the date that the month needs.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"A report is written into a directory, got the file {out}; choose another place.")
    made = compose_report(records, standards, month, tierings, report)
    report("写出 writing", 0, 1)
    out.mkdir(parents=True, exist_ok=True)
    page, workbook = out / f"report-{month}.html", out / f"report-{month}.xlsx"
    with tempfile.TemporaryDirectory(dir=out, prefix=".report-") as temporary:
        (Path(temporary) / page.name).write_text(to_html(made), encoding="utf-8")
        write_workbook(made, Path(temporary) / workbook.name)
        for path in (page, workbook):
            (Path(temporary) / path.name).replace(path)
    report("写出 writing", 1, 1)
    return page, workbook


def compose_report(
    records: Records, standards: Mapping[str, Standard], month: Month, tierings: Tierings, report: Report = silent
) -> MonthlyReport:
    """Everything that the report of a month says, from what was known at its end alone."""
    check_dates(month, tierings)
    before, now = _know_if_any(records, month.before, report), know(records, month, report)
    undated = undated_rows(records)
    if undated:
        _LOG.warning("%d row(s) do not say when they became known; no report can have them.", undated)
    sectors = Sectors(standards)
    parts = (
        lambda: collection_section(now, before, sectors),
        lambda: classification_section(now, tierings, sectors),
        lambda: application_section(now, tierings, standards, sectors),
        lambda: credit_section(now, before),
        lambda: double_random_section(now, before, standards, sectors),
        lambda: gates_section(now, tierings, standards, sectors),
    )
    sections = []
    for done, part in enumerate(parts):
        report("五个方面与四有 axes and gates", done, len(parts))
        sections.append(part())
    report("五个方面与四有 axes and gates", len(parts), len(parts))
    title = Text(
        f"{month.start:%Y}年{month.start.month}月企业信用风险分类监管月报", f"Monthly report, {month.start:%B %Y}"
    )
    return MonthlyReport(title, _remarks(now, before, tierings), tuple(sections), month=str(month))


def _know_if_any(records: Records, month: Month, report: Report) -> Known | None:
    """What was known at the end of a month; null where nothing was."""
    try:
        return know(records, month, report)
    except DataError:
        return None


def _remarks(now: Known, before: Known | None, tierings: Tierings) -> tuple[Remark, ...]:
    month, rows = now.month, intake(now)
    return (
        Remark(
            Text("截止", "looks back from"),
            Text(
                f"{month.end} 零时（北京时间）之前已获知的记录；其后获知的一概不计。",
                f"Records known before {month.end} 00:00 Asia/Shanghai; nothing that became known later counts.",
            ),
        ),
        Remark(
            Text("本月到达", "arrived in the month"),
            Text(
                f"{rows['read']:,} 行：入库 {rows['accepted']:,}，重复 {rows['duplicates']:,}，"
                f"隔离 {rows['quarantined']:,}。",
                f"{rows['read']:,} rows: {rows['accepted']:,} accepted, {rows['duplicates']:,} repeated, "
                f"{rows['quarantined']:,} quarantined.",
            ),
        ),
        Remark(Text("月末风险类别", "tiers at the end"), _told(tierings.now)),
        Remark(Text("此前风险类别", "tiers before"), _told(tierings.before)),
        Remark(
            Text("读法", "how to read"),
            Text(
                "小字是较上月的变化，占比的变化以百分点计；风险类别的变化与此前的快照相比。"
                + ("" if before else f"{month.before} 月末没有任何记录，变化未知。")
                + "“未知”：没有提供可据以计算的记录；“–”：分母为零，无从谈起。",
                "Small figures are changes since the month before, in points where the figure is a share; tiers are "
                "compared with the snapshot before."
                + ("" if before else f" Nothing was known at the end of {month.before}, so changes are unknown.")
                + " Unknown (未知): nothing was given to count; a dash: a share of nothing.",
            ),
        ),
    )


def _told(tiering: Tiering | None) -> Text:
    if tiering is None:
        return Text("未提供快照", "no snapshot given")
    digest = tiering.release[:_DIGEST]
    return Text(f"基准日 {tiering.as_of}，发布 {digest}", f"as of {tiering.as_of}, release {digest}")
