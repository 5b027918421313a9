"""Hours: put in by quarter hours, and at the hand-over proposed from the arrival until now."""

from datetime import datetime, timedelta

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, choice, icon_button, side_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.net import component
from field_app.parts.stepper import stepper
from field_app.parts.text import body, label
from field_app.parts.theme import LINE, MUTED, OK, WARNING
from field_app.parts.time_left import clock, moment, span
from field_app.screens.ticket_view import TicketView
from shared.ticket.work import TimeEntry
from shared.time.timestamps import wire_time

QUARTER = timedelta(minutes=15)
KINDS = {
    "travel": ft.Icons.DIRECTIONS_CAR_ROUNDED,
    "work": ft.Icons.HANDYMAN_ROUNDED,
    "wait": ft.Icons.HOURGLASS_BOTTOM_ROUNDED,
}


@component
def HoursCard(view: TicketView, handing_over: bool = False) -> ft.Control:
    """What was worked, travelled and waited.

    The hours of work and the departure are proposed where the visit is handed over: before that
    there are photos, a test and more work to come.
    """
    page, ticket = view.page, view.ticket
    adding, set_adding = ft.use_state("")
    quarters, set_quarters = ft.use_state(2)
    content: list[ft.Control] = [_entry(view, entry) for entry in ticket.time_entries]
    for field in ("time_entries", "departed_at"):
        lacking = view.lacks(field)
        if lacking and ticket.time_entries:
            content.append(banner(lacking.sentence(page.language), WARNING))
    if view.editable:
        if handing_over:
            content.extend(_proposal(view))
        elif not has_work(view):
            content.append(body(page.say("hours.at_the_end"), MUTED))
        content.append(
            button_row(
                *(
                    choice(f"hours-{kind}", page.say(f"hours.add.{kind}"), icon,
                           lambda _, kind=kind: set_adding("" if adding == kind else kind),
                           selected=adding == kind)
                    for kind, icon in KINDS.items()
                )
            )
        )  # fmt: skip
        if adding:
            content.append(_adding(view, adding, quarters, set_adding, set_quarters))
    settled = bool(ticket.time_entries) and not view.lacks("time_entries")
    done = chip(page.say("done"), ft.Icons.CHECK_ROUNDED, OK) if settled else None
    return card(page.say("hours.title"), ft.Icons.SCHEDULE_ROUNDED, *content, trailing=done)


def _entry(view: TicketView, entry: TimeEntry) -> ft.Control:
    page = view.page
    length = span(entry.end - entry.start, page.language)
    words = body(f"{page.term(f'time.{entry.kind}')} · {_from_to(view, entry.start, entry.end)}")
    words.expand = True
    row: list[ft.Control] = [
        ft.Icon(KINDS.get(entry.kind, ft.Icons.SCHEDULE_ROUNDED), color=MUTED),
        words,
        label(length, bold=True),
    ]
    if view.editable:
        row.append(
            icon_button(f"hours-void-{entry.kind}", page.say("remove"),
                        ft.Icons.DELETE_OUTLINE_ROUNDED,
                        lambda _: view.void("time_entries", entry.id))
        )  # fmt: skip
    return ft.Container(
        ft.Row(row, spacing=12), border=ft.Border.only(bottom=ft.BorderSide(1, LINE))
    )


def has_work(view: TicketView) -> bool:
    """Whether hours of work are entered."""
    return any(entry.kind == "work" for entry in view.ticket.time_entries)


def _from_to(view: TicketView, start: datetime, end: datetime) -> str:
    return f"{clock(start, view.zone)}–{clock(end, view.zone)}"


def _proposal(view: TicketView) -> list[ft.Control]:
    """«Trabajo 09:10–10:31»: from the arrival to now, as long as there is no work entered; and the
    departure alone where that is what lacks, or lies before the test.
    """
    page, ticket = view.page, view.ticket
    start = None if has_work(view) else _free_from(view)
    if start is None:
        return _departure(view)
    end = max(page.now(), start + timedelta(minutes=1))

    def accept(_: object) -> None:
        until = max(page.now(), start + timedelta(minutes=1))
        view.append("time_entries", kind="work", start=wire_time(start), end=wire_time(until))
        if ticket.is_on_site:
            view.set(departed_at=wire_time(until))

    times = {"start": clock(start, view.zone), "end": clock(end, view.zone)}
    words = page.say("hours.accept", **times)
    note = page.say("hours.accept.note", span=span(end - start, page.language))
    return [choice("hours-accept", words, ft.Icons.AUTO_FIX_HIGH_ROUNDED, accept, note=note)]


def _departure(view: TicketView) -> list[ft.Control]:
    """«Salida: 10:31», now."""
    page, ticket = view.page, view.ticket
    left, tested = ticket.departed_at, ticket.tested_at
    if not ticket.is_on_site or (left and not (tested and left < tested)):
        return []
    words = page.say("hours.leave", time=clock(page.now(), view.zone))
    return [choice("hours-leave", words, ft.Icons.LOGOUT_ROUNDED,
                   lambda _: view.set(departed_at=wire_time(page.now())))]  # fmt: skip


def _free_from(view: TicketView) -> datetime | None:
    """The arrival, or the end of what was entered after it; remote work starts with its start."""
    ticket = view.ticket
    began = ticket.arrived_at or ticket.responded_at
    if began is None:
        return None
    return max([began, *(entry.end for entry in ticket.time_entries if entry.start >= began)])


def _adding(
    view: TicketView, kind: str, quarters: int, set_adding: object, set_quarters: object
) -> ft.Control:
    page = view.page
    length = QUARTER * quarters
    end = _end_of(view, kind)

    def add(_: object) -> None:
        start = end - length
        if view.append("time_entries", kind=kind, start=wire_time(start), end=wire_time(end)):
            set_adding("")  # type: ignore[operator]

    until = page.say("hours.until", end=moment(end, page.language, view.zone))
    return ft.Column(
        [
            ft.Row(
                [
                    stepper("quarters", quarters, set_quarters,  # type: ignore[arg-type]
                            less=page.say("hours.less"), more=page.say("hours.more"), most=64),
                    body(span(length, page.language), bold=True),
                    label(until),
                ],
                spacing=14, run_spacing=8, wrap=True,
            ),
            ft.Row([side_button("hours-add", page.say("add"), ft.Icons.ADD_ROUNDED, add)]),
        ],
        spacing=12, tight=True,
    )  # fmt: skip


def _end_of(view: TicketView, kind: str) -> datetime:
    """Travel ends where the visit begins; anything else ends now, or where the next one begins."""
    ticket, now = view.ticket, view.page.now()
    if kind == "travel" and ticket.arrived_at:
        return min([ticket.arrived_at, *(entry.start for entry in ticket.time_entries)])
    return now
