"""Listo: the report to see, to save, to share; and how far the ticket is on its way."""

from typing import Any

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, main_button, side_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.net import component
from field_app.parts.report import report_cards
from field_app.parts.steps import progress
from field_app.parts.text import body
from field_app.parts.theme import DANGER, INFO, MUTED, OK, WARNING
from field_app.screens.page_state import PageState
from field_app.screens.review import finalise_button, mine, to_do
from field_app.screens.steps import DONE, REVIEW, step
from field_app.screens.ticket_frame import step_screen, way_to
from field_app.screens.ticket_view import TicketView
from field_app.visit.service_report import Report

RECEIVED = frozenset({"received", "durable"})


@step(
    DONE, "evidence.report", order=90, icon=ft.Icons.TASK_ROUNDED,
    is_done=lambda seen: False,
)  # fmt: skip
@component
def DoneScreen(view: TicketView) -> ft.Control:
    """What happens next stands first; below it the report as the customer gets it."""
    busy, set_busy = ft.use_state("")
    page = view.page
    content = ft.use_memo(lambda: page.session.preview(view.id), [view.id, page.revision])
    return step_screen(
        view,
        _next(view),
        _on_its_way(view),
        _report(view, busy, set_busy),
        *report_cards(content, page.session.thumbnail, narrow=page.narrow),
        bottom=[_bottom(view, busy, set_busy)],
    )


def _next(view: TicketView) -> ft.Control:
    page = view.page
    if view.asked:
        return banner(page.say(f"done.{view.detail.stage}"), OK, key="asked")
    if view.ticket.is_on_site and view.sign_off != "valid":
        return banner(page.say("done.unsigned"), WARNING,
                      way_to(view, REVIEW, page.say("step.review"),
                             ft.Icons.CHECKLIST_ROUNDED))  # fmt: skip
    if to_do(view):
        return banner(page.say_count("done.lacking", len(to_do(view))), WARNING,
                      way_to(view, REVIEW, page.say("step.review"),
                             ft.Icons.CHECKLIST_ROUNDED))  # fmt: skip
    return banner(page.say("done.ready"), INFO, key="ready")


def _on_its_way(view: TicketView) -> ft.Control:
    page, files = view.page, view.detail.files
    received = sum(str(state) in RECEIVED for state in files.values())
    words = page.say_count("done.files", len(files), received=received)
    content: list[ft.Control] = []
    if files:
        content.append(progress(received, len(files), words))
    content.append(
        body(page.say_count("done.waiting", view.detail.waiting)
             if view.detail.waiting else page.say("done.nothing_waits"), MUTED)
    )  # fmt: skip
    retry = side_button("sync-now", page.say("sync.retry"), ft.Icons.SYNC_ROUNDED,
                        lambda _: page.attempt(page.session.sync_now))  # fmt: skip
    if view.detail.waiting:
        content.append(ft.Row([retry]))
    return card(page.say("done.on_its_way"), ft.Icons.CLOUD_UPLOAD_ROUNDED, *content)


def _report(view: TicketView, busy: str, set_busy: Any) -> ft.Control:
    page = view.page

    async def save(_: object) -> None:
        set_busy("save")
        report = await page.attempt_away(page.session.report, view.id)
        set_busy("")
        if report and await save_file(page, report):
            page.tell(page.say("done.saved", name=report.file_name), OK)

    async def share(_: object) -> None:
        set_busy("share")
        report = await page.attempt_away(page.session.report, view.id)
        set_busy("")
        if report and not await share_file(page, report) and await save_file(page, report):
            page.tell(page.say("done.saved_instead", name=report.file_name), INFO)

    return card(
        page.say("done.report"),
        ft.Icons.PICTURE_AS_PDF_ROUNDED,
        body(page.say("done.report.lead"), MUTED),
        button_row(
            side_button("report-save", page.say("done.save"), ft.Icons.DOWNLOAD_ROUNDED, save,
                        enabled=not busy),
            side_button("report-share", page.say("done.share"), ft.Icons.SHARE_ROUNDED, share,
                        enabled=not busy),
        ),
        trailing=chip(page.say("done.making"), ft.Icons.HOURGLASS_TOP_ROUNDED, DANGER)
        if busy in ("save", "share") else None,
    )  # fmt: skip


async def save_file(page: PageState, report: Report) -> bool:
    """Hand the PDF to the person's own files; whether they took it."""
    path = await page.picker.save_file(
        file_name=report.file_name, src_bytes=report.pdf,
        file_type=ft.FilePickerFileType.CUSTOM, allowed_extensions=["pdf"],
    )  # fmt: skip
    # A browser downloads and names no path.
    return bool(path) or page.web


async def share_file(page: PageState, report: Report) -> bool:
    """Hand the PDF to another app; False where there is no sharing."""
    try:
        shared = await page.share.share_files(
            [ft.ShareFile.from_bytes(report.pdf, mime_type="application/pdf",
                                     name=report.file_name)],
            title=report.file_name,
        )  # fmt: skip
    except (RuntimeError, TimeoutError):
        # Not every browser shares files, and it says so only by failing.
        return False
    return shared.status is not ft.ShareResultStatus.UNAVAILABLE


def _bottom(view: TicketView, busy: str, set_busy: Any) -> ft.Control:
    page = view.page
    if view.asked or view.detail.read_only:
        return main_button("to-today", page.say("done.home"), ft.Icons.TODAY_ROUNDED,
                           lambda _: page.go("/"))  # fmt: skip
    ready = not to_do(view) and (view.sign_off == "valid" or not view.ticket.is_on_site)
    if not ready and not mine(view):
        return main_button("to-review", page.say("step.next", name=page.say("step.review")),
                           ft.Icons.CHECKLIST_ROUNDED, lambda _: view.go(REVIEW))  # fmt: skip
    return finalise_button(
        view, busy == "finalise", lambda on: set_busy("finalise" if on else ""), enabled=ready
    )
