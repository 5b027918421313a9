"""Mi día and the ticket that is open: side by side where there is room, else one after another."""

import logging

import flet as ft

from field_app.parts.buttons import quiet_button
from field_app.parts.empty import empty
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.theme import LINE, PAPER
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.places import place
from field_app.screens.steps import VISIT, known
from field_app.screens.ticket_frame import step_progress, steps
from field_app.screens.ticket_view import TicketView, read_view
from field_app.screens.today import TodayPane, nothing_chosen
from field_app.store.tickets import UnfitTicket, UnknownTicket

log = logging.getLogger("folio.screen")

LIST_WIDTH, STEPS_WIDTH = 400, 320


@place("today", "/", order=10, icon=ft.Icons.TODAY_ROUNDED)
@component
def ListDetail() -> ft.Control:
    """The list, the ticket, or both; inside a step, the steps take the list's place."""
    page = use_page_state()
    if not page.is_open:
        return ft.Container()
    params = ft.use_route_params()
    ticket_id, name = params.get("ticket"), params.get("step")
    if not ticket_id:
        pane = keyed("today", TodayPane, None)
        return _beside(pane, nothing_chosen(page), LIST_WIDTH) if page.side_by_side else pane
    step = known(name)
    try:
        view = read_view(page, ticket_id, step.code)
    except UnknownTicket:
        return unknown(page)
    except UnfitTicket as ticket:
        return _with_list(page, ticket_id, str(ticket.values["label"]))
    except Exception:
        log.exception("a ticket cannot be read")
        return _with_list(page, ticket_id, "")
    screen = keyed(f"{ticket_id}-{step.code}", step.screen, view)
    if not page.side_by_side:
        return screen
    if step.code == VISIT:
        return _beside(keyed("today", TodayPane, ticket_id), screen, LIST_WIDTH)
    return _beside(steps_pane(view), screen, STEPS_WIDTH)


def _with_list(page: PageState, ticket_id: str, label: str) -> ft.Control:
    """A ticket that cannot be shown; on a wide screen the others beside it."""
    told = keyed(f"{ticket_id}-unfit", Unfit, label)
    today = keyed("today", TodayPane, ticket_id)
    return _beside(today, told, LIST_WIDTH) if page.side_by_side else told


def _beside(pane: ft.Control, screen: ft.Control, width: int) -> ft.Control:
    left = ft.Container(pane, width=width, border=ft.Border.only(right=ft.BorderSide(1, LINE)))
    return ft.Row([left, ft.Container(screen, expand=True)], spacing=0, expand=True,
                  vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def unknown(page: PageState) -> ft.Control:
    """A ticket that is not on this tablet, and the way back."""
    words = page.say("ticket.unknown"), page.say("ticket.unknown.do")
    back = quiet_button("to-today", page.say("place.today"), ft.Icons.TODAY_ROUNDED,
                        lambda _: page.go("/"))  # fmt: skip
    return ft.Container(
        empty(ft.Icons.SEARCH_OFF_ROUNDED, *words, back),
        expand=True,
        alignment=ft.Alignment.CENTER,
    )


@component
def Unfit(label: str) -> ft.Control:
    """A ticket that cannot be shown: of what the office sent, where its `label` is known; else of
    a fault of ours."""
    page = use_page_state()
    words = page.say("net.undrawn"), page.say("net.undrawn.do")
    if label:
        words = f"{label}: {page.say('ticket.unfit')}", page.say("ticket.unfit.do")
    back = quiet_button("to-today", page.say("place.today"), ft.Icons.TODAY_ROUNDED,
                        lambda _: page.go("/"))  # fmt: skip
    return ft.Semantics(
        identifier="screen-unfit",
        content=ft.Container(
            empty(ft.Icons.REPORT_GMAILERRORRED_ROUNDED, *words, back),
            expand=True,
            alignment=ft.Alignment.CENTER,
        ),
        expand=True,
    )


def steps_pane(view: TicketView) -> ft.Control:
    """Where one is in the visit, beside the step that is open."""
    page = view.page
    back = quiet_button("to-today", page.say("place.today"), ft.Icons.ARROW_BACK_ROUNDED,
                        lambda _: page.go("/"))  # fmt: skip
    return ft.Container(
        ft.Column(
            [
                ft.Row([back], spacing=0),
                ft.Container(step_progress(view), padding=ft.Padding.symmetric(horizontal=14)),
                steps(view),
            ],
            spacing=6,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.symmetric(horizontal=8, vertical=6),
        bgcolor=PAPER,
        expand=True,
    )
