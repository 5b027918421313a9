"""The report by WeasyPrint, as PDF/A-3b."""

from html import escape
from pathlib import Path
from typing import Any

from timing import run
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

STYLE = """
@font-face { font-family: D; src: url(DejaVuSans.ttf) }
@font-face { font-family: D; font-weight: bold; src: url(DejaVuSans-Bold.ttf) }
@page { size: PAPER; margin: 18mm 18mm 16mm; @bottom-left { content: "FOOT · " counter(page);
  font: 7pt D } }
body { font: 9pt/1.35 D } h1 { font-size: 16pt } h2 { font-size: 12pt; break-after: avoid }
table { width: 100%; border-collapse: collapse; font-size: 8pt }
td, th { border-bottom: .3pt solid #999; text-align: left; padding: 1pt 3pt }
.pair { display: flex; gap: 5mm; break-inside: avoid } .pair img { width: 84mm }
figure { margin: 0; width: 84mm; font-size: 7pt }
"""


def render(content: dict[str, Any], folder: Path, number: int) -> bytes:
    fonts = FontConfiguration()
    foot = f"{content['folio']} {content['foot']}"
    style = STYLE.replace("PAPER", content["paper"]).replace("FOOT", foot)
    body = "".join(KINDS[item["kind"]](item) for item in content["items"])
    page = f'<html lang="es"><title>{escape(content["title"])}</title><body>{body}</body></html>'
    base = folder.as_uri() + "/"
    pdf = HTML(string=page, base_url=base).write_pdf(
        stylesheets=[CSS(string=style, font_config=fonts, base_url=base)], font_config=fonts,
        pdf_variant="pdf/a-3b",
        attachments=[Attachment(filename=str(folder / n)) for n in content["attachments"]],
    )  # fmt: skip
    return bytes(pdf)


def fields(item: dict[str, Any]) -> str:
    rows = (f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in item["rows"])
    return f"<table>{''.join(rows)}</table>"


def table(item: dict[str, Any]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in item["head"])
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in item["rows"])
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def photos(item: dict[str, Any]) -> str:
    def figure(photo: list[str] | None) -> str:
        if photo is None:
            return "<figure></figure>"
        return f'<figure><img src="{photo[0]}">{escape(photo[1])}</figure>'

    return "".join(
        f'<div class="pair">{"".join(map(figure, pair))}</div>' for pair in item["pairs"]
    )


def ink(item: dict[str, Any]) -> str:
    lines = "".join(
        f'<polyline fill="none" stroke="black" stroke-width="5" points="{points}"/>'
        for points in (" ".join(f"{x},{y}" for x, y in stroke) for stroke in item["strokes"])
    )
    return f'<svg width="60mm" viewBox="0 0 900 380">{lines}</svg>'


def code(item: dict[str, Any]) -> str:
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(item["rows"])
        for x, bit in enumerate(row) if bit == "1"
    )  # fmt: skip
    size = len(item["rows"])
    return f'<svg width="30mm" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


KINDS = {
    "title": lambda item: f"<h1>{escape(item['text'])}</h1>",
    "heading": lambda item: f"<h2>{escape(item['text'])}</h2>",
    "text": lambda item: f"<p><b>{escape(item['label'])}</b> {escape(item['text'])}</p>",
    "fields": fields, "table": table, "photos": photos, "ink": ink, "code": code,
}  # fmt: skip

run(render)
