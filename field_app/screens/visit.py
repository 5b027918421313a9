"""The ticket: what was reported, by whom, on which machine, and «Llegué»."""

from collections.abc import Sequence

import flet as ft

from field_app.parts.buttons import (
    main_button,
    side_button,
)
from field_app.parts.card import card, fact, facts
from field_app.parts.chips import chip, chips, priority_chip, state_chip, term_chip
from field_app.parts.history import radar
from field_app.parts.net import component
from field_app.parts.scaffold import bottom_bar, head, screen
from field_app.parts.semantics import keyed
from field_app.parts.text import body, label
from field_app.parts.theme import LABEL, MUTED, OK, WARNING
from field_app.parts.time_left import clock, moment
from field_app.screens.arrival import ArrivalCard
from field_app.screens.before_starting import radar_counts, stock_lines
from field_app.screens.contacts import ContactCard
from field_app.screens.office_news import office_news
from field_app.screens.steps import VISIT, next_to_do, step
from field_app.screens.ticket_frame import banners, next_button, step_progress, steps, zone_line
from field_app.screens.ticket_view import TicketView
from shared.ticket.ticket import Mode, State


@step(VISIT, "contacts", "mode", "arrived_at", order=10, icon=ft.Icons.PIN_DROP_ROUNDED,
      texts=("contact",))  # fmt: skip
@component
def VisitScreen(view: TicketView) -> ft.Control:
    """Everything to know before the work, and the visit's beginning."""
    page, ticket = view.page, view.ticket
    content = [
        *office_news(view),
        *banners(view),
        _reported(view),
        keyed("contacts", ContactCard, view),
        *([keyed("arrival", ArrivalCard, view)] if ticket.arrived_at else []),
        _before_starting(view),
        _where(view),
        card(page.say("visit.steps"), ft.Icons.LIST_ROUNDED, steps(view)),
    ]
    top = head(
        view.detail.customer.name if view.detail.customer else view.ticket.label,
        view.ticket.label,
        back=None if page.side_by_side else (page.say("place.today"), lambda _: page.go("/")),
        below=[_chips(view), step_progress(view), zone_line(view)],
        narrow=page.narrow,
    )
    return screen(
        top,
        content,
        bottom_bar(*_bottom(view), narrow=page.narrow),
        narrow=page.narrow,
        identifier="screen-visit",
    )


def _chips(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    billable = chip(page.say("visit.billable"), ft.Icons.PAYMENTS_ROUNDED, WARNING)
    return chips(
        state_chip(ticket.state, page.language),
        priority_chip(ticket.priority, page.language),
        term_chip(view.urgent_term(), page.language),
        billable if ticket.billable else None,
    )


def _reported(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    kinds = (
        page.term(f"{domain}.{code}")
        for domain, code in (("nature", ticket.nature), ("type", ticket.type))
        if code
    )
    kind = " · ".join(dict.fromkeys(kinds))  # «Falla técnica» is a nature and a type.
    opened = moment(ticket.created_at, page.language, view.zone) if ticket.created_at else "–"
    return card(
        page.say("visit.reported"),
        ft.Icons.RECORD_VOICE_OVER_ROUNDED,
        body(ticket.description),
        facts(
            fact(page.say("visit.kind"), kind or "–"),
            fact(page.say("visit.opened"), opened),
            columns=1 if page.narrow else 2,
        ),
    )


def _before_starting(view: TicketView) -> ft.Control:
    page = view.page
    content: list[ft.Control] = []
    if view.detail.asset:
        content.append(label(page.say("radar.title"), bold=True))
        content.append(radar(radar_counts(view.history(), page.now()), page.language))
    answers = view.catalogue.answers_for(view.ticket.description, view.ticket.type)
    for answer in answers[:2]:
        content.append(label(answer.title(page.language), bold=True))
        content.append(body(answer.text(page.language)))
    content.extend(stock_lines(view))
    if not content:
        content.append(body(page.say("visit.nothing_known"), MUTED))
    return card(page.say("visit.before"), ft.Icons.LIGHTBULB_ROUNDED, *content)


def _where(view: TicketView) -> ft.Control:
    page, detail, ticket = view.page, view.detail, view.ticket
    columns = 1 if page.narrow else 2
    those: list[ft.Control] = []
    if detail.site:
        place = "\n".join(filter(None, (detail.site.name, detail.site.address)))
        those.append(fact(page.term("field.site"), place, ft.Icons.PLACE_ROUNDED))
    if ticket.requester.name:
        who = "\n".join(filter(None, (ticket.requester.name, ticket.requester.contact)))
        those.append(fact(page.term("field.requester"), who, ft.Icons.PERSON_ROUNDED))
    if detail.asset:
        machine = "\n".join(filter(None, (detail.asset.name, detail.asset.serial)))
        those.append(fact(page.term("field.asset"), machine, ft.Icons.DEVICES_OTHER_ROUNDED))
        if detail.asset.location:
            those.append(
                fact(
                    page.say("visit.location"), detail.asset.location, ft.Icons.MEETING_ROOM_ROUNDED
                )
            )
    if detail.customer and detail.customer.contract:
        those.append(
            fact(
                page.term("field.contract"), detail.customer.contract, ft.Icons.DESCRIPTION_ROUNDED
            )
        )
    return card(
        page.say("visit.where"), ft.Icons.STOREFRONT_ROUNDED, facts(*those, columns=columns)
    )


def _bottom(view: TicketView) -> Sequence[ft.Control]:
    page, ticket = view.page, view.ticket
    if ticket.mode or not view.editable:
        return [_since(view), next_button(view)] if not page.narrow else [next_button(view)]

    def arrive(_: object) -> None:
        # With the contact noted there is nothing left to do here.
        if page.attempt(lambda: page.session.arrive(view.id)) and ticket.contacts:
            view.go(next_to_do(VISIT, ticket))

    def from_afar(_: object) -> None:
        page.attempt(lambda: _attend_remotely(view))

    return [
        side_button("remote", page.say("visit.remote"), ft.Icons.HEADSET_MIC_ROUNDED, from_afar,
                    expand=page.narrow),
        main_button("arrive", page.say("visit.arrive"), ft.Icons.PIN_DROP_ROUNDED, arrive),
    ]  # fmt: skip


def _attend_remotely(view: TicketView) -> None:
    session = view.page.session
    session.set_field(view.id, mode=str(Mode.REMOTE))
    if view.ticket.state is State.ASSIGNED:
        session.command(view.id, "start")


def _since(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    if ticket.arrived_at is None:
        return chip(page.term(f"mode.{ticket.mode}") if ticket.mode else "–",
                    ft.Icons.HEADSET_MIC_ROUNDED, MUTED)  # fmt: skip
    words = page.say("visit.arrived", time=clock(ticket.arrived_at, view.zone))
    return ft.Row(
        [
            ft.Icon(ft.Icons.PIN_DROP_ROUNDED, color=OK),
            ft.Text(words, size=LABEL, color=OK, weight=ft.FontWeight.W_600),
        ],
        spacing=8,
    )
