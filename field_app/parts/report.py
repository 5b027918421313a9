"""The service report on a screen: the same content that is printed, drawn as controls."""

from collections.abc import Callable, Sequence

import flet as ft

from field_app.parts.card import card, fact, facts
from field_app.parts.chips import chip
from field_app.parts.ink import ink
from field_app.parts.report_table import report_table
from field_app.parts.text import body, label
from field_app.parts.theme import (
    BODY,
    DANGER,
    INK,
    LABEL,
    MUTED,
    MUTED_SOFT,
    OK,
    RADIUS,
    WARNING,
    WARNING_SOFT,
)
from shared.report.blocks import (
    Block,
    Check,
    Checklist,
    Fields,
    Highlight,
    Letterhead,
    Mark,
    Photo,
    PhotoPairs,
    Rating,
    Section,
    ServiceReport,
    Signature,
    Table,
    Text,
    Tone,
    Verification,
)

_I = ft.Icons
Picture = Callable[[str], bytes | None]
"""A photo by its sha256, small enough for a screen; None when it is not here."""

MARKS = {
    Mark.DONE: (_I.CHECK_CIRCLE_ROUNDED, OK),
    Mark.EXCEPTION: (_I.ERROR_ROUNDED, WARNING),
    Mark.MISSING: (_I.CANCEL_ROUNDED, DANGER),
    Mark.NOT_APPLICABLE: (_I.REMOVE_CIRCLE_OUTLINE_ROUNDED, MUTED),
}

ICONS = {
    "asset": _I.DEVICES_OTHER_ROUNDED,
    "service": _I.ENGINEERING_ROUNDED,
    "work": _I.HANDYMAN_ROUNDED,
    "parts": _I.SETTINGS_INPUT_COMPONENT_ROUNDED,
    "hours": _I.SCHEDULE_ROUNDED,
    "photos": _I.PHOTO_LIBRARY_ROUNDED,
    "checklist": _I.CHECKLIST_ROUNDED,
    "conformity": _I.DRAW_ROUNDED,
    "evidence": _I.VERIFIED_USER_ROUNDED,
}


def report_cards(
    report: ServiceReport,
    picture: Picture,
    *,
    narrow: bool,
    leave_out: frozenset[str] = frozenset(),
) -> list[ft.Control]:
    """The report's highlights and then a card for each section but those left out by key."""
    sections = [s for s in report.sections if s.key not in leave_out]
    return [
        ft.Row([_highlight(each) for each in report.highlights], spacing=8, run_spacing=8,
               wrap=True),
        *(_section(section, picture, narrow) for section in sections),
    ]  # fmt: skip


def support_card(letterhead: Letterhead) -> ft.Control:
    """How to reach whoever did the service."""
    lines = [body(each) for each in letterhead.support]
    return card(
        letterhead.support_label.rstrip(":"), _I.SUPPORT_AGENT_ROUNDED, *lines, key="support"
    )


def _highlight(each: Highlight) -> ft.Control:
    icon, tone = MARKS[each.mark]
    return chip(f"{each.label}: {each.value}", icon, tone)


def _section(section: Section, picture: Picture, narrow: bool) -> ft.Control:
    blocks = [_block(block, picture, narrow) for block in section.blocks]
    return card(
        section.heading, ICONS.get(section.key, _I.ARTICLE_ROUNDED), *blocks, key=section.key
    )


def _block(block: Block, picture: Picture, narrow: bool) -> ft.Control:
    match block:
        case Fields(items):
            cells = [fact(item.label, item.value or "–") for item in items]
            return facts(*cells, columns=1 if narrow else 2)
        case Text():
            return _text(block)
        case Table():
            return report_table(block, narrow)
        case Checklist(items):
            return ft.Column([_check(item) for item in items], spacing=8, tight=True)
        case PhotoPairs(pairs):
            return _photos([p for pair in pairs for p in pair if p], picture)
        case Signature():
            return _signature(block, narrow)
        case Rating():
            return _rating(block)
        case Verification():
            return fact(block.digest_label, f"{block.digest}\n{block.url}")


def _text(block: Text) -> ft.Control:
    size, color = (LABEL, MUTED) if block.tone is Tone.LEGAL else (BODY, INK)
    words = ft.Text(block.text or "–", size=size, color=color, selectable=True)
    lines: list[ft.Control] = [label(block.label)] if block.label else []
    column = ft.Column([*lines, words], spacing=2, tight=True)
    if block.tone is not Tone.WARNING:
        return column
    return ft.Container(column, padding=12, border_radius=RADIUS, bgcolor=WARNING_SOFT)


def _check(item: Check) -> ft.Control:
    icon, tone = MARKS[item.mark]
    words = [body(item.label)]
    if item.note:
        words.append(label(item.note))
    return ft.Row(
        [
            ft.Icon(icon, color=tone, size=24),
            ft.Column(list(words), spacing=0, tight=True, expand=True),
            label(item.state, tone, bold=True),
        ],
        spacing=12,
    )


def _photos(photos: Sequence[Photo], picture: Picture) -> ft.Control:
    return ft.Row([_photo(each, picture) for each in photos], spacing=12, run_spacing=12,
                  wrap=True)  # fmt: skip


def _photo(photo: Photo, picture: Picture) -> ft.Control:
    data = picture(photo.sha256)
    face: ft.Control = (
        ft.Image(data, fit=ft.BoxFit.COVER, width=220, height=150, semantics_label=photo.role)
        if data
        else ft.Icon(_I.IMAGE_ROUNDED, size=44, color=MUTED)
    )
    frame = ft.Container(
        face, width=220, height=150, border_radius=RADIUS, bgcolor=MUTED_SOFT,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS, alignment=ft.Alignment.CENTER,
    )  # fmt: skip
    words = [label(photo.role, INK, bold=True)]
    if photo.caption:
        words.append(label(photo.caption, INK))
    if photo.details:
        words.append(label(photo.details[0]))
    return ft.Container(ft.Column([frame, *words], spacing=4, tight=True), width=220)


def _signature(block: Signature, narrow: bool) -> ft.Control:
    icon, tone = MARKS[block.mark]
    who = " · ".join(filter(None, (block.name, block.position)))
    lines: list[ft.Control] = [
        ft.Row([chip(block.outcome, icon, tone), chip(block.standing, icon, tone)], wrap=True)
    ]
    if block.strokes:
        lines.append(ink(block.strokes, width=300, height=110))
    if block.typed:
        lines.append(ft.Text(block.typed, size=28, italic=True, color=INK))
    if who:
        lines.append(body(who, bold=True))
    lines.append(facts(*(fact(f.label, f.value or "–") for f in block.facts),
                       columns=1 if narrow else 2))  # fmt: skip
    return ft.Column(lines, spacing=10, tight=True)


def _rating(block: Rating) -> ft.Control:
    stars = [
        ft.Icon(_I.STAR_ROUNDED if number <= block.stars else _I.STAR_BORDER_ROUNDED,
                color=WARNING, size=26)
        for number in range(1, 6)
    ]  # fmt: skip
    row = ft.Row([*stars, label(block.words)], spacing=2)
    return ft.Column([label(block.label), row, *([body(block.comment)] if block.comment else [])],
                     spacing=4, tight=True)  # fmt: skip
