"""When the visit began, and the way to put it right by five minutes."""

from datetime import timedelta

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import quiet_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.net import component
from field_app.parts.stepper import minutes_stepper
from field_app.parts.text import body
from field_app.parts.theme import OK, WARNING
from field_app.parts.time_left import moment
from field_app.screens.ticket_view import TicketView
from shared.time.timestamps import wire_time

STEP = timedelta(minutes=5)


@component
def ArrivalCard(view: TicketView) -> ft.Control:
    """The moment of «Llegué»; a button opens the correction, which needs no keyboard."""
    page, at = view.page, view.ticket.arrived_at
    correcting, set_correcting = ft.use_state(False)
    assert at is not None
    lacking = view.lacks("arrived_at")
    content: list[ft.Control] = [body(moment(at, page.language, view.zone))]
    if lacking:
        content.append(banner(lacking.sentence(page.language), WARNING))

    def move(by: timedelta) -> None:
        now = view.fresh().arrived_at or at
        view.set(arrived_at=wire_time(min(now + by, page.now())))

    if view.editable and (correcting or lacking):
        content.append(
            minutes_stepper("arrival", lambda: move(-STEP), lambda: move(STEP),
                            page.say("arrival.earlier"), page.say("arrival.later"))
        )  # fmt: skip
    elif view.editable:
        content.append(
            ft.Row([quiet_button("arrival-correct", page.say("arrival.correct"),
                                 ft.Icons.EDIT_ROUNDED, lambda _: set_correcting(True))])
        )  # fmt: skip
    done = None if lacking else chip(page.say("done"), ft.Icons.CHECK_ROUNDED, OK)
    return card(page.say("arrival.title"), ft.Icons.PIN_DROP_ROUNDED, *content, trailing=done)
