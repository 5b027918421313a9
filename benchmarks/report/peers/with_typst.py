"""The report by typst, as PDF/A-3b; the template is read once, each run has another folio."""

from pathlib import Path
from typing import Any

import typst
from timing import run

TEMPLATE = """
#let it = json("content.json")
#let folio = sys.inputs.at("folio")
#set document(title: it.title, date: datetime(year: 2026, month: 3, day: 9))
#set page(paper: if it.paper == "a4" { "a4" } else { "us-letter" }, margin: 18mm,
  footer: context text(7pt)[#folio #it.foot · #counter(page).display()])
#set text(font: "DejaVu Sans", size: 9pt, lang: "es")
#set par(justify: false)
#for name in it.attachments {
  pdf.attach(name, relationship: "data", mime-type: "application/json", description: name)
}
#let rows(item) = table(columns: (1fr, 2fr), stroke: (bottom: .3pt), inset: 2pt,
  ..item.rows.flatten().map(cell => [#cell]))
#let photo(p) = if p == none { [] } else { [#image(p.at(0), width: 84mm) #text(7pt, p.at(1))] }
#for item in it.items {
  if item.kind == "title" { heading(level: 1, item.text) }
  else if item.kind == "heading" { heading(level: 2, item.text) }
  else if item.kind == "text" { par[#strong(item.label) #item.text] }
  else if item.kind == "fields" { rows(item) }
  else if item.kind == "table" { text(8pt, table(columns: item.head.len() * (1fr,),
    stroke: (bottom: .3pt), inset: 2pt, ..(item.head, ..item.rows).flatten().map(c => [#c]))) }
  else if item.kind == "photos" { for pair in item.pairs {
    block(breakable: false, grid(columns: 2, gutter: 4mm, ..pair.map(photo))) } }
  else if item.kind == "ink" { box(width: 60mm, height: 26mm, for stroke in item.strokes {
    place(curve(stroke: .6pt, curve.move(stroke.first().map(v => v * .19pt)),
      ..stroke.slice(1).map(p => curve.line(p.map(v => v * .19pt))))) }) }
  else if item.kind == "code" {
    let d = ""
    for (y, row) in item.rows.enumerate() { for (x, bit) in row.clusters().enumerate() {
      if bit == "1" { d += "M" + str(x) + " " + str(y) + "h1v1h-1z" } } }
    let n = str(item.rows.len())
    image(bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + n + " " + n
      + "'><path d='" + d + "'/></svg>"), format: "svg", width: 30mm)
  }
}
"""

_COMPILERS: dict[Path, typst.Compiler] = {}


def render(content: dict[str, Any], folder: Path, number: int) -> bytes:
    if folder not in _COMPILERS:
        (folder / "report.typ").write_text(TEMPLATE, encoding="utf-8")
        _COMPILERS[folder] = typst.Compiler(
            str(folder / "report.typ"), root=str(folder), font_paths=[str(folder)],
            ignore_system_fonts=True,
        )  # fmt: skip
    inputs = {"folio": content["folio"]}
    made = _COMPILERS[folder].compile(format="pdf", pdf_standards=["a-3b"], sys_inputs=inputs)
    return bytes(made)


run(render)
