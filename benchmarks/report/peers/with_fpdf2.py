"""The report by fpdf2, in its PDF/A-3b where this version has it."""

from pathlib import Path
from typing import Any

from fpdf import FPDF
from timing import run


class Paper(FPDF):
    """A page with the foot of the report."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("D", size=7)
        self.cell(0, 5, f"{self.foot} · {self.page_no()}")


def render(content: dict[str, Any], folder: Path, number: int) -> bytes:
    pdf = _paper(content)
    pdf.foot = f"{content['folio']} {content['foot']}"
    pdf.add_font("D", "", folder / "DejaVuSans.ttf")
    pdf.add_font("D", "B", folder / "DejaVuSans-Bold.ttf")
    pdf.set_auto_page_break(True, 16)
    pdf.add_page()
    for item in content["items"]:
        KINDS[item["kind"]](pdf, item, folder)
    for name in content["attachments"]:
        pdf.embed_file(folder / name, **_relation())
    return bytes(pdf.output())


def _paper(content: dict[str, Any]) -> Paper:
    try:
        pdf = Paper(format=content["paper"], enforce_compliance="PDF/A-3B")
    except (TypeError, ValueError):
        pdf = Paper(format=content["paper"])
    pdf.set_title(content["title"])
    pdf.set_lang("es")
    return pdf


def _relation() -> dict[str, Any]:
    try:
        from fpdf.enums import AssociatedFileRelationship
    except ImportError:
        return {}
    return {"associated_file_relationship": AssociatedFileRelationship.DATA,
            "mime_type": "application/json"}  # fmt: skip


def heading(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    pdf.set_font("D", "B", 12 if item["kind"] == "heading" else 16)
    pdf.multi_cell(0, 8, item["text"], new_x="LMARGIN", new_y="NEXT")


def text(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    if item["label"]:
        pdf.set_font("D", "B", 8)
        pdf.multi_cell(0, 4, item["label"], new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("D", size=9)
    pdf.multi_cell(0, 4.4, item["text"], new_x="LMARGIN", new_y="NEXT")


def fields(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    for label, value in item["rows"]:
        pdf.set_font("D", "B", 8)
        pdf.cell(60, 4.4, label)
        pdf.set_font("D", size=9)
        pdf.multi_cell(0, 4.4, value or "–", new_x="LMARGIN", new_y="NEXT")


def table(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    pdf.set_font("D", size=8)
    with pdf.table(borders_layout="HORIZONTAL_LINES", line_height=4.4) as rows:
        for cells in [item["head"], *item["rows"]]:
            row = rows.row()
            for cell in cells:
                row.cell(cell)


def photos(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    pdf.set_font("D", size=7)
    for pair in item["pairs"]:
        if pdf.will_page_break(72):
            pdf.add_page()
        top = pdf.get_y()
        for column, photo in enumerate(pair):
            if photo:
                x = pdf.l_margin + column * 95
                pdf.image(str(folder / photo[0]), x=x, y=top, w=90)
                pdf.set_xy(x, top + 68)
                pdf.multi_cell(90, 3.4, photo[1])
        pdf.set_xy(pdf.l_margin, top + 78)


def ink(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    top = pdf.get_y()
    for stroke in item["strokes"]:
        points = [(pdf.l_margin + x / 14, top + y / 14) for x, y in stroke]
        if len(points) > 1:
            pdf.polyline(points)
    pdf.set_y(top + 26)


def code(pdf: Paper, item: dict[str, Any], folder: Path) -> None:
    top = pdf.get_y()
    for y, row in enumerate(item["rows"]):
        for x, bit in enumerate(row):
            if bit == "1":
                pdf.rect(pdf.l_margin + x * 0.8, top + y * 0.8, 0.8, 0.8, "F")
    pdf.set_y(top + len(item["rows"]) * 0.8 + 2)


KINDS = {"title": heading, "heading": heading, "text": text, "fields": fields, "table": table,
         "photos": photos, "ink": ink, "code": code}  # fmt: skip

run(render)
