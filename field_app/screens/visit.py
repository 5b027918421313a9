"""The ticket: what was reported, by whom, on which machine, and «Llegué»."""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from field_app.parts.buttons import (
    button_row,
    choice,
    icon_button,
    main_button,
    quiet_button,
    side_button,
)
from field_app.parts.card import card, fact, facts
from field_app.parts.chips import chip, chips, due_chip, priority_chip, state_chip
from field_app.parts.field import text_field
from field_app.parts.history import radar
from field_app.parts.named import keyed, named
from field_app.parts.scaffold import bottom_bar, head, screen
from field_app.parts.text import body, label
from field_app.parts.time_left import clock, moment
from field_app.screens.arrival import ArrivalCard
from field_app.screens.before_starting import radar_counts, stock_lines
from field_app.screens.office_news import office_news
from field_app.screens.steps import Step
from field_app.screens.ticket_frame import next_button, standing, step_progress, steps
from field_app.screens.ticket_view import TicketView
from field_app.theme import LABEL, MUTED, OK, WARNING
from shared.ticket import Mode, State
from shared.work import Contact

Setter = Callable[[Any], None]

HOW = {
    "in_person": ft.Icons.HANDSHAKE_ROUNDED,
    "phone": ft.Icons.CALL_ROUNDED,
    "whatsapp": ft.Icons.CHAT_ROUNDED,
}
"""The ways of contact that one offers on site; others come in from the office."""


@ft.component
def VisitScreen(view: TicketView) -> ft.Control:
    """Everything to know before the work, and the visit's beginning."""
    face, ticket = view.face, view.ticket
    other, set_other = ft.use_state(False)
    whom, set_whom = ft.use_state("")
    content = [
        *office_news(view),
        *standing(view),
        _reported(view),
        _contact(view, other, set_other, whom, set_whom),
        *([keyed("arrival", ArrivalCard, view)] if ticket.arrived_at else []),
        _before_starting(view),
        _where(view),
        card(face.say("visit.steps"), ft.Icons.LIST_ROUNDED, steps(view)),
    ]
    top = head(
        view.detail.customer.name if view.detail.customer else view.ticket.label,
        view.ticket.label,
        back=None if face.side_by_side else (face.say("place.today"), lambda _: face.go("/")),
        below=[_chips(view), step_progress(view)],
        narrow=face.narrow,
    )
    return screen(
        top,
        content,
        bottom_bar(*_bottom(view), narrow=face.narrow),
        narrow=face.narrow,
        identifier="screen-visit",
    )


def _chips(view: TicketView) -> ft.Control:
    face, ticket = view.face, view.ticket
    clock, due = view.next_due()
    billable = chip(face.say("visit.billable"), ft.Icons.PAYMENTS_ROUNDED, WARNING)
    return chips(
        state_chip(ticket.state, face.language),
        priority_chip(ticket.priority, face.language),
        due_chip(due, clock, face.minute, face.language),
        billable if ticket.billable else None,
    )


def _reported(view: TicketView) -> ft.Control:
    face, ticket = view.face, view.ticket
    kind = " · ".join(
        face.term(f"{domain}.{code}")
        for domain, code in (("nature", ticket.nature), ("type", ticket.type))
        if code
    )
    opened = moment(ticket.created_at, face.language) if ticket.created_at else "–"
    return card(
        face.say("visit.reported"),
        ft.Icons.RECORD_VOICE_OVER_ROUNDED,
        body(ticket.description),
        facts(
            fact(face.say("visit.kind"), kind or "–"),
            fact(face.say("visit.opened"), opened),
            columns=1 if face.narrow else 2,
        ),
    )


def _contact(
    view: TicketView, other: bool, set_other: Setter, whom: str, set_whom: Setter
) -> ft.Control:
    face, ticket = view.face, view.ticket
    lines: list[ft.Control] = [_spoken(view, contact) for contact in ticket.contacts]
    if view.editable and not ticket.contacts:
        lines.append(body(face.say("visit.contact.ask"), MUTED))
    if view.editable and ticket.contacts and not other:
        lines.append(
            ft.Row([quiet_button("contact-more", face.say("visit.contact.more"),
                                 ft.Icons.ADD_COMMENT_ROUNDED, lambda _: set_other(True))])
        )  # fmt: skip
    elif view.editable:
        lines.extend(_ways(view, other, set_other, whom, set_whom))
    done = chip(face.say("done"), ft.Icons.CHECK_ROUNDED, OK) if ticket.contacts else None
    return card(face.say("visit.contact"), ft.Icons.CONTACT_PHONE_ROUNDED, *lines, trailing=done)


def _spoken(view: TicketView, contact: Contact) -> ft.Control:
    face = view.face
    at = clock(contact.at) if contact.at else ""
    words = body(f"{face.term(f'contact.{contact.how}')} · {contact.whom} · {at}")
    words.expand = True
    row: list[ft.Control] = [
        ft.Icon(HOW.get(contact.how, ft.Icons.CHAT_ROUNDED), color=MUTED),
        words,
    ]
    if view.editable:
        row.append(
            icon_button(
                f"contact-void-{contact.id}",
                face.say("remove"),
                ft.Icons.DELETE_OUTLINE_ROUNDED,
                lambda _: view.void("contacts", contact.id),
            )
        )
    return ft.Row(row, spacing=12)


def _ways(
    view: TicketView, other: bool, set_other: Setter, whom: str, set_whom: Setter
) -> Sequence[ft.Control]:
    face, requester = view.face, view.ticket.requester

    def spoke(how: str, name: str) -> None:
        if view.append("contacts", how=how, **{"with": name}):
            set_other(False)

    def way(how: str, name: str) -> ft.Control:
        return choice(
            f"contact-{how}",
            face.term(f"contact.{how}"),
            HOW[how],
            lambda _: spoke(how, name),
            note=name,
            enabled=bool(name.strip()),
        )

    if requester.name and not other:
        return [
            button_row(
                *(way(how, requester.name) for how in HOW),
                choice("contact-other", face.say("visit.contact.other"),
                       ft.Icons.PERSON_ADD_ROUNDED,
                       lambda _: set_other(True)),
            )
        ]  # fmt: skip
    field = named(
        "contact-whom",
        text_field(face.say("visit.contact.whom"), whom,
                   lambda e: set_whom(e.control.value or "")),
    )  # fmt: skip
    return [field, button_row(*(way(how, whom) for how in HOW))]


def _before_starting(view: TicketView) -> ft.Control:
    face = view.face
    content: list[ft.Control] = []
    if view.detail.asset:
        content.append(label(face.say("radar.title"), bold=True))
        content.append(radar(radar_counts(view.history(), face.now()), face.language))
    answers = view.catalogue.answers_for(view.ticket.description, view.ticket.type)
    for answer in answers[:2]:
        content.append(label(answer.title(face.language), bold=True))
        content.append(body(answer.text(face.language)))
    content.extend(stock_lines(view))
    if not content:
        content.append(body(face.say("visit.nothing_known"), MUTED))
    return card(face.say("visit.before"), ft.Icons.LIGHTBULB_ROUNDED, *content)


def _where(view: TicketView) -> ft.Control:
    face, detail, ticket = view.face, view.detail, view.ticket
    columns = 1 if face.narrow else 2
    those: list[ft.Control] = []
    if detail.site:
        place = "\n".join(filter(None, (detail.site.name, detail.site.address)))
        those.append(fact(face.term("field.site"), place, ft.Icons.PLACE_ROUNDED))
    if ticket.requester.name:
        who = "\n".join(filter(None, (ticket.requester.name, ticket.requester.contact)))
        those.append(fact(face.term("field.requester"), who, ft.Icons.PERSON_ROUNDED))
    if detail.asset:
        machine = "\n".join(filter(None, (detail.asset.name, detail.asset.serial)))
        those.append(fact(face.term("field.asset"), machine, ft.Icons.PRINT_ROUNDED))
        if detail.asset.location:
            those.append(
                fact(
                    face.say("visit.location"), detail.asset.location, ft.Icons.MEETING_ROOM_ROUNDED
                )
            )
    if detail.customer and detail.customer.contract:
        those.append(
            fact(
                face.term("field.contract"), detail.customer.contract, ft.Icons.DESCRIPTION_ROUNDED
            )
        )
    return card(
        face.say("visit.where"), ft.Icons.STOREFRONT_ROUNDED, facts(*those, columns=columns)
    )


def _bottom(view: TicketView) -> Sequence[ft.Control]:
    face, ticket = view.face, view.ticket
    if ticket.mode or not view.editable:
        return [_since(view), next_button(view)] if not face.narrow else [next_button(view)]

    def arrive(_: object) -> None:
        # With the contact noted there is nothing left to do here.
        if face.attempt(lambda: face.session.arrive(view.id)) and ticket.contacts:
            view.go(Step.ASSET if ticket.asset else Step.DIAGNOSIS)

    def from_afar(_: object) -> None:
        face.attempt(lambda: _attend_remotely(view))

    return [
        side_button("remote", face.say("visit.remote"), ft.Icons.HEADSET_MIC_ROUNDED, from_afar,
                    expand=face.narrow),
        main_button("arrive", face.say("visit.arrive"), ft.Icons.PIN_DROP_ROUNDED, arrive),
    ]  # fmt: skip


def _attend_remotely(view: TicketView) -> None:
    session = view.face.session
    session.set_field(view.id, mode=str(Mode.REMOTE))
    if view.ticket.state is State.ASSIGNED:
        session.command(view.id, "start")


def _since(view: TicketView) -> ft.Control:
    face, ticket = view.face, view.ticket
    if ticket.arrived_at is None:
        return chip(face.term(f"mode.{ticket.mode}") if ticket.mode else "–",
                    ft.Icons.HEADSET_MIC_ROUNDED, MUTED)  # fmt: skip
    words = face.say("visit.arrived", time=clock(ticket.arrived_at))
    return ft.Row(
        [
            ft.Icon(ft.Icons.PIN_DROP_ROUNDED, color=OK),
            ft.Text(words, size=LABEL, color=OK, weight=ft.FontWeight.W_600),
        ],
        spacing=8,
    )
