"""The report's content in plain JSON, the same for every peer: words, tables, pictures, ink."""

import json
from pathlib import Path
from typing import Any

import segno

from shared.report.blocks import (
    Block,
    Checklist,
    Fields,
    PhotoPairs,
    Rating,
    ServiceReport,
    Signature,
    Table,
    Text,
    Verification,
)

Item = dict[str, Any]


def hand_over(
    report: ServiceReport,
    photos: dict[str, bytes],
    attachments: dict[str, bytes],
    fonts: Path,
    folder: Path,
) -> Path:
    """Write what a peer needs into `folder`; the JSON that says where everything is."""
    for name, content in {**{f"{n}.jpg": c for n, c in photos.items()}, **attachments}.items():
        (folder / name).write_bytes(content)
    for face in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        (folder / face).write_bytes((fonts / face).read_bytes())
    items: list[Item] = [{"kind": "title", "text": f"{report.title} {report.folio}"}]
    for section in report.sections:
        items.append({"kind": "heading", "text": section.heading})
        for block in section.blocks:
            items += _items(block)
    content = {
        "title": report.title, "folio": report.folio, "paper": str(report.paper),
        "foot": f"{report.folio} · {report.digest[:16]}", "items": items,
        "attachments": sorted(attachments),
    }  # fmt: skip
    path = folder / "content.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def _items(block: Block) -> list[Item]:
    match block:
        case Text():
            return [{"kind": "text", "label": block.label, "text": block.text}]
        case Fields():
            return [{"kind": "fields", "rows": [[f.label, f.value or "–"] for f in block.items]}]
        case Table():
            rows = [list(row) for row in block.rows] or [[block.empty, *[""] * 8]]
            wide = len(block.columns)
            rows = [row[:wide] for row in [*rows, *([list(block.total)] if block.total else [])]]
            head = [column.label for column in block.columns]
            return [{"kind": "table", "label": block.label, "head": head, "rows": rows}]
        case Checklist():
            marks = [[item.label, f"{item.state} {item.note}"] for item in block.items]
            return [{"kind": "fields", "rows": marks}]
        case PhotoPairs():
            return [{"kind": "photos", "pairs": [
                [[f"{p.sha256}.jpg", " · ".join([p.role, p.caption, *p.details])] if p else None
                 for p in pair] for pair in block.pairs]}]  # fmt: skip
        case Signature():
            facts = [[f.label, f.value] for f in block.facts]
            return [
                {"kind": "ink", "strokes": [[list(p[:2]) for p in s] for s in block.strokes]},
                {"kind": "fields", "rows": [[block.name, block.position], *facts]},
            ]
        case Rating():
            return [
                {"kind": "text", "label": block.label, "text": f"{block.words} {block.comment}"}
            ]
        case Verification():
            return [{"kind": "code", "rows": _modules(block.url)}]


def _modules(text: str) -> list[str]:
    """The QR's rows as 1 and 0."""
    return ["".join("1" if bit else "0" for bit in row) for row in segno.make(text).matrix]
