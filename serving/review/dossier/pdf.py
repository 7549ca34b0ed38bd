"""Set a dossier as PDF: A4, with the glyphs it uses embedded, so that its Chinese reads the same everywhere."""

import logging
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from serving.review.dossier.content import Dossier, Section, Table

# It would log each glyph that the font lacks: a letter of somebody's text.
logging.getLogger("fpdf").setLevel(logging.ERROR)

FONT = "sans"
MARGIN_MM, FOOT_MM = 14, 16
BODY, SMALL, HEAD, TITLE = 9, 7.5, 11.5, 16
INK, SOFT, WASH, BLUE = (34, 38, 44), (89, 96, 107), (244, 246, 248), (23, 74, 133)


class _Page(FPDF):
    """A4 pages with a running foot: digests, the warning, and the number of the page."""

    def __init__(self, footer: str, warning: str) -> None:
        super().__init__(format="A4")
        self._foot = (footer, warning)
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, FOOT_MM + 4)
        self.add_font(FONT, fname=_font())
        self.set_title(warning)

    def footer(self) -> None:
        self.set_y(-FOOT_MM)
        self.set_font(FONT, size=6)
        self.set_text_color(*SOFT)
        digests, warning = self._foot
        self.cell(0, 4, digests, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FONT, size=SMALL)
        self.cell(0, 5, warning)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")


@cache
def _font() -> Path:
    return pylopdf_fonts_zh_cn.sans_path()


def as_pdf(dossier: Dossier, warning: str) -> bytes:
    """The dossier's bytes; `warning` says on each page for whom it is."""
    page = _Page(dossier.footer, warning)
    page.add_page()
    page.set_font(FONT, size=TITLE)
    page.set_text_color(*BLUE)
    page.multi_cell(0, 9, dossier.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(1)
    for name, value in dossier.facts:
        _fact(page, name, value)
    for section in dossier.sections:
        _section(page, section)
    return bytes(page.output())


def _fact(page: FPDF, name: str, value: str) -> None:
    page.set_font(FONT, size=BODY)
    page.set_text_color(*SOFT)
    page.cell(48, 5.4, name)
    page.set_text_color(*INK)
    page.multi_cell(0, 5.4, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _section(page: FPDF, section: Section) -> None:
    page.ln(3)
    # A heading never stands alone at the foot of a page.
    if page.will_page_break(24):
        page.add_page()
    page.set_font(FONT, size=HEAD)
    page.set_text_color(*BLUE)
    page.multi_cell(0, 7, section.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.set_font(FONT, size=BODY)
    page.set_text_color(*INK)
    for line in section.lines:
        page.multi_cell(0, 5.2, line, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if section.table is not None:
        _table(page, section.table)


def _table(page: FPDF, table: Table) -> None:
    page.set_font(FONT, size=SMALL)
    page.set_draw_color(217, 221, 227)
    with page.table(
        col_widths=table.widths,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.2,
        padding=0.8,
        text_align="LEFT",
        repeat_headings=1,
        headings_style=FontFace(emphasis="", color=SOFT, fill_color=WASH),
    ) as drawn:
        for texts in (table.heads, *table.rows):
            row = drawn.row()
            for text in texts:
                row.cell(text)
