"""Fotos: before, after, captures; taken or picked, each kept at once with its caption."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import flet as ft

from field_app.device.trouble import Trouble
from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, side_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.net import component
from field_app.parts.photo_tile import photo_tile
from field_app.parts.text import body
from field_app.parts.theme import DANGER, MUTED, OK, WARNING
from field_app.parts.time_left import clock
from field_app.screens.page_state import PageState
from field_app.screens.steps import step
from field_app.screens.ticket_frame import step_screen
from field_app.screens.ticket_view import TicketView
from shared.ticket.evidence import Evidence

log = logging.getLogger("folio.photos")

ICONS = {
    "before": ft.Icons.FLIP_CAMERA_ANDROID_ROUNDED,
    "after": ft.Icons.PHOTO_LIBRARY_ROUNDED,
    "capture": ft.Icons.SCREENSHOT_MONITOR_ROUNDED,
}
TILE, NARROW_TILE = 232, 320


@step(
    "photos", "evidence.before", "evidence.after", "evidence.capture", "evidence", order=50,
    icon=ft.Icons.PHOTO_CAMERA_ROUNDED, texts=("caption",),
    # What a visit needs in photos is only known once it has begun.
    is_done=lambda seen: bool(seen.ticket.mode) and "photos" not in seen.lacking,
)  # fmt: skip
@component
def PhotosScreen(view: TicketView) -> ft.Control:
    """Two groups on site, one from afar; what the checklist lacks stands in its group."""
    busy, set_busy = ft.use_state("")
    kinds = ["capture", "after"] if view.ticket.mode == "remote" else ["before", "after", "capture"]
    low = view.page.session.low_space()
    content: list[ft.Control] = []
    if low is not None:
        content.append(banner(view.page.say("photos.low_space", megabytes=low), WARNING))
    content.extend(_group(view, kind, busy, set_busy) for kind in kinds)
    return step_screen(view, *content)


def _group(view: TicketView, kind: str, busy: str, set_busy: Any) -> ft.Control:
    page, photos = view.page, in_order(view.ticket.photos(kind))
    lacking = view.lacks(f"evidence.{kind}")
    content: list[ft.Control] = []
    if lacking:
        content.append(banner(lacking.sentence(page.language), WARNING))
    elif not photos:
        content.append(body(page.say(f"photos.{kind}.none"), MUTED))
    if photos:
        content.append(_tiles(view, photos))
    if view.editable:
        content.append(_ways(view, kind, busy, set_busy))
    done = chip(str(len(photos)), ft.Icons.CHECK_ROUNDED, OK) if photos else None
    return card(page.term(f"evidence.{kind}"), ICONS[kind], *content, trailing=done)


def _tiles(view: TicketView, photos: Sequence[Evidence]) -> ft.Control:
    tiles = [_tile(view, photo, number) for number, photo in enumerate(photos, start=1)]
    return ft.Row(list(tiles), spacing=12, run_spacing=12, wrap=True)


def in_order(photos: Sequence[Evidence]) -> list[Evidence]:
    """As they were taken: another caption makes another entry, and must not move the photo."""

    def taken(photo: Evidence) -> tuple[float, str]:
        return photo.taken_at.timestamp() if photo.taken_at else 0, photo.first

    return sorted(photos, key=taken)


def _tile(view: TicketView, photo: Evidence, number: int) -> ft.Control:
    page = view.page
    state = view.detail.files.get(photo.sha256, "kept")
    at = clock(photo.taken_at, view.zone) if photo.taken_at else ""
    name = page.say("photos.name", kind=page.term(f"evidence.{photo.kind}"), number=number, at=at)
    return photo_tile(
        f"photo-{photo.kind}-{number}",
        photo.first,
        page.session.thumbnail(photo.sha256),
        view.text(f"caption.{photo.first}", photo.caption),
        str(state),
        page.say(f"file.{state}"),
        name=name,
        marks=view.marks,
        editable=view.editable,
        on_remove=(lambda: view.void("evidence", photo.id)) if view.editable else None,
        remove=page.say("photos.remove", name=name),
        caption_name=page.say("photos.caption"),
        width=min(NARROW_TILE, view.page.width - 76) if page.narrow else TILE,
    )


def _ways(view: TicketView, kind: str, busy: str, set_busy: Any) -> ft.Control:
    page = view.page

    async def pick(_: object) -> None:
        files = await page.picker.pick_files(
            allow_multiple=True, with_data=True, file_type=ft.FilePickerFileType.IMAGE,
            cancel_upload_on_window_blur=False,
        )  # fmt: skip
        set_busy(kind)
        try:
            await keep_all(page, view.id, kind, [(f.name, f.bytes or b"") for f in files])
        finally:
            set_busy("")

    buttons = []
    if page.has_camera:
        buttons.append(
            side_button(f"camera-{kind}", page.say("photos.take"), ft.Icons.PHOTO_CAMERA_ROUNDED,
                        lambda _: page.go(f"/tickets/{view.id}/camera/{kind}"))
        )  # fmt: skip
    words = page.say("photos.keeping") if busy == kind else page.say("photos.pick")
    buttons.append(
        side_button(f"pick-{kind}", words, ft.Icons.ADD_PHOTO_ALTERNATE_ROUNDED, pick,
                    enabled=busy != kind)
    )  # fmt: skip
    return button_row(*buttons)


async def keep_all(
    page: PageState, ticket: str, kind: str, files: Sequence[tuple[str, bytes]]
) -> int:
    """Keep what was picked, one after another; each that cannot be is named with its reason.

    In a thread of its own, so that keys and presses are heard while a photo is prepared. Returns
    how many were kept.
    """
    refused = []
    for name, data in files:
        trouble = await asyncio.to_thread(_kept, page, ticket, kind, data)
        if trouble is not None:
            named = f"«{name}»: " if name else ""
            refused.append(named + trouble.sentence(page.language))
    page.touch()
    if refused:
        page.tell("\n".join(refused), DANGER)
    return len(files) - len(refused)


def _kept(page: PageState, ticket: str, kind: str, data: bytes) -> Trouble | None:
    """Why one photo was not kept; None when it was."""
    try:
        page.session.keep_photo(ticket, kind, data)
    except Trouble as trouble:
        return trouble
    except Exception:
        # A fault of ours must not cost the other photos of the choice: it is logged and said.
        log.exception("a photo was not kept")
        return Trouble()
    return None
