"""Parts still to come, and whether the work can end without them."""

from typing import Any

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, choice, icon_button, side_button
from field_app.parts.card import card
from field_app.parts.net import component
from field_app.parts.part_search import PartSearch
from field_app.parts.stepper import stepper
from field_app.parts.text import body, label
from field_app.parts.theme import LINE, MUTED, WARNING
from field_app.screens.ticket_view import TicketView
from field_app.screens.used_parts import part_choices
from shared.ticket.ticket import State
from shared.ticket.work import PartPending


@component
def PendingCard(view: TicketView) -> ft.Control:
    """Parts pending; a blocking one moves the ticket to «Esperando solución definitiva»."""
    page = view.page
    searching, set_searching = ft.use_state(False)

    def ask(code: str) -> None:
        set_searching(False)
        view.draft("search.pending").clear()
        part = view.part(code)
        special = bool(part and part.special)
        view.append("parts_pending", code=code, quantity=1, blocking=False, special=special)

    content: list[ft.Control] = [_pending(view, part) for part in view.ticket.parts_pending]
    if not content:
        content.append(body(page.say("pending.none"), MUTED))
    if any(part.blocking for part in view.ticket.parts_pending) and view.editable:
        content.append(_wait(view))
    if view.editable:
        content.append(
            button_row(
                choice("pending-add", page.say("pending.add"), ft.Icons.ADD_SHOPPING_CART_ROUNDED,
                       lambda _: set_searching(not searching))
            )
        )  # fmt: skip
        if searching:
            content.append(
                PartSearch(
                    "pending", part_choices(view), page.language, view.draft("search.pending"), ask
                )
            )
    return card(page.say("pending.title"), ft.Icons.LOCAL_SHIPPING_ROUNDED, *content)


def _pending(view: TicketView, part: PartPending) -> ft.Control:
    page, known = view.page, view.part(part.code)
    notes = [part.code]
    if part.special:
        notes.append(page.say("parts.special"))
    if known and known.eta_days is not None:
        notes.append(page.say_count("pending.eta", known.eta_days))
    name = ft.Column([body(view.part_words(part.code), bold=True), label(" · ".join(notes))],
                     spacing=2, tight=True, expand=True)  # fmt: skip
    head: list[ft.Control] = [name]
    lines: list[ft.Control] = [ft.Row(head, spacing=12)]
    if view.editable:
        head.append(
            icon_button(f"pending-void-{part.code}", page.say("remove"),
                        ft.Icons.DELETE_OUTLINE_ROUNDED,
                        lambda _: view.void("parts_pending", part.id))
        )  # fmt: skip
        lines.append(_how_many_and_blocking(view, part))
    return ft.Container(
        ft.Column(lines, spacing=10, tight=True),
        padding=ft.Padding.only(bottom=14),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
        key=part.code,
    )


def _how_many_and_blocking(view: TicketView, part: PartPending) -> ft.Control:
    page = view.page
    return ft.Row(
        [
            stepper(f"pending-{part.code}", part.quantity,
                    lambda quantity: _change(view, part, quantity=quantity),
                    less=page.say("parts.less"), more=page.say("parts.more")),
            choice(f"pending-blocks-{part.code}", page.say("pending.blocks"),
                   ft.Icons.BLOCK_ROUNDED,
                   lambda _: _change(view, part, blocking=not part.blocking),
                   selected=part.blocking),
        ],
        spacing=12, run_spacing=12, wrap=True,
    )  # fmt: skip


def _wait(view: TicketView) -> ft.Control:
    page = view.page
    if view.ticket.state == State.WAITING_FINAL_SOLUTION:
        return banner(page.say("pending.waiting"), WARNING)
    names = ", ".join(view.part_words(p.code) for p in view.ticket.parts_pending if p.blocking)
    go = side_button(
        "await-solution", page.term("command.await_solution"), ft.Icons.HOURGLASS_TOP_ROUNDED,
        lambda _: page.attempt(
            lambda: page.session.command(view.id, "await_solution", awaiting=names)
        ),
    )  # fmt: skip
    return banner(page.say("pending.blocked"), WARNING, go)


def _change(view: TicketView, part: PartPending, **values: Any) -> bool:
    entry = {"code": part.code, "quantity": part.quantity, "blocking": part.blocking,
             "special": part.special, "eta": part.eta, **values}  # fmt: skip
    kept = {name: value for name, value in entry.items() if value is not None}
    return view.append("parts_pending", **kept) and view.void("parts_pending", part.id)
