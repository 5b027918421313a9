"""Contact with the customer: when, how and with whom. R033."""

from collections.abc import Callable
from typing import Any

import flet as ft

from field_app.parts.buttons import button_row, choice, icon_button, quiet_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.field import UnaddedText
from field_app.parts.net import component
from field_app.parts.saving_text import SavingText
from field_app.parts.semantics import keyed
from field_app.parts.text import body
from field_app.parts.theme import MUTED, OK
from field_app.parts.time_left import clock
from field_app.screens.ticket_view import TicketView
from shared.ticket.work import Contact

Setter = Callable[[Any], None]

HOW = {
    "in_person": ft.Icons.HANDSHAKE_ROUNDED,
    "phone": ft.Icons.CALL_ROUNDED,
    "whatsapp": ft.Icons.CHAT_ROUNDED,
}
"""The ways of contact that one offers on site; others come in from the office."""


@component
def ContactCard(view: TicketView) -> ft.Control:
    """Who was spoken to and how: the requester at one press, anybody else by name."""
    page, ticket = view.page, view.ticket
    whom = view.draft("contact")
    other, set_other = ft.use_state(bool(whom.text))
    lines: list[ft.Control] = [_spoken(view, contact) for contact in ticket.contacts]
    if view.editable and not ticket.contacts:
        lines.append(body(page.say("visit.contact.ask"), MUTED))
    if view.editable and ticket.contacts and not other:
        lines.append(
            ft.Row([quiet_button("contact-more", page.say("visit.contact.more"),
                                 ft.Icons.ADD_COMMENT_ROUNDED, lambda _: set_other(True))])
        )  # fmt: skip
    elif view.editable:
        lines.append(_ways(view, other, set_other, whom))
    done = chip(page.say("done"), ft.Icons.CHECK_ROUNDED, OK) if ticket.contacts else None
    return card(page.say("visit.contact"), ft.Icons.CONTACT_PHONE_ROUNDED, *lines, trailing=done)


def _spoken(view: TicketView, contact: Contact) -> ft.Control:
    page = view.page
    at = clock(contact.at, view.zone) if contact.at else ""
    words = body(f"{page.term(f'contact.{contact.how}')} · {contact.whom} · {at}")
    words.expand = True
    row: list[ft.Control] = [
        ft.Icon(HOW.get(contact.how, ft.Icons.CHAT_ROUNDED), color=MUTED),
        words,
    ]
    if view.editable:
        row.append(
            icon_button(
                f"contact-void-{contact.id}",
                page.say("remove"),
                ft.Icons.DELETE_OUTLINE_ROUNDED,
                lambda _: view.void("contacts", contact.id),
            )
        )
    return ft.Row(row, spacing=12)


def _ways(view: TicketView, other: bool, set_other: Setter, whom: SavingText) -> ft.Control:
    page, requester = view.page, view.ticket.requester

    def spoke(how: str, name: str) -> None:
        if view.append("contacts", how=how, **{"with": name}):
            set_other(False)
            if name == whom.text:
                whom.clear()

    def way(how: str, name: str) -> ft.Control:
        return choice(
            f"contact-{how}",
            page.term(f"contact.{how}"),
            HOW[how],
            lambda _: spoke(how, name),
            note=name,
            enabled=bool(name.strip()),
        )

    if requester.name and not other:
        return button_row(
            *(way(how, requester.name) for how in HOW),
            choice("contact-other", page.say("visit.contact.other"),
                   ft.Icons.PERSON_ADD_ROUNDED, lambda _: set_other(True)),
        )  # fmt: skip
    return keyed(
        "whom", UnaddedText, "contact-whom", page.say("visit.contact.whom"), whom, view.marks,
        lambda name: [button_row(*(way(how, name) for how in HOW))],
    )  # fmt: skip
