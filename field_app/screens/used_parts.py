"""Parts that went in: the likely ones at a press, each with its quantity on a row of its own."""

from typing import Any

import flet as ft

from field_app.parts.buttons import button_row, choice, icon_button
from field_app.parts.card import card
from field_app.parts.field import SavingField
from field_app.parts.net import component
from field_app.parts.part_search import PartChoice, PartSearch
from field_app.parts.semantics import keyed
from field_app.parts.stepper import stepper
from field_app.parts.text import body, label
from field_app.parts.theme import LINE, MUTED
from field_app.screens.before_starting import stock_words
from field_app.screens.ticket_view import TicketView
from field_app.store.catalogue import Part
from shared.ticket.work import PartUsed


@component
def UsedCard(view: TicketView) -> ft.Control:
    """Parts used, with the ones that go with the cause offered first."""
    page = view.page
    searching, set_searching = ft.use_state(False)

    def take(code: str) -> None:
        set_searching(False)
        view.draft("search.part").clear()
        view.append("parts_used", code=code, quantity=1)

    used = {part.code for part in view.ticket.parts_used}
    content: list[ft.Control] = [_used(view, part) for part in view.ticket.parts_used]
    if not used:
        content.append(body(page.say("parts.none_used"), MUTED))
    if view.editable:
        likely = [part for part in view.likely_parts() if part.code not in used]
        content.append(
            button_row(
                *(_likely(view, part, lambda _, code=part.code: take(code)) for part in likely),
                choice("part-other", page.say("parts.other"), ft.Icons.SEARCH_ROUNDED,
                       lambda _: set_searching(not searching)),
            )
        )  # fmt: skip
        if searching:
            content.append(
                PartSearch(
                    "part", part_choices(view), page.language, view.draft("search.part"), take
                )
            )
    return card(page.say("parts.used"), ft.Icons.SETTINGS_INPUT_COMPONENT_ROUNDED, *content)


def part_choices(view: TicketView) -> list[PartChoice]:
    """The catalogue's parts, what is in the van first."""
    stock = view.catalogue.stock
    offered = [part for part in view.catalogue.parts if not part.retired]
    parts = sorted(offered, key=lambda part: -stock.get(part.code, 0))
    return [PartChoice(p.code, p.label(view.page.language), _note(view, p)) for p in parts]


def _note(view: TicketView, part: Part) -> str:
    page = view.page
    words = [part.code, stock_words(page, view.catalogue.stock.get(part.code, 0))]
    if part.special:
        words.append(page.say("parts.special"))
    return " · ".join(words)


def _likely(view: TicketView, part: Part, on_click: Any) -> ft.Control:
    words = part.label(view.page.language)
    return choice(
        f"part-{part.code}", words, ft.Icons.ADD_ROUNDED, on_click, note=_note(view, part)
    )


def _used(view: TicketView, part: PartUsed) -> ft.Control:
    page, in_van = view.page, view.catalogue.stock.get(part.code, 0)
    name = ft.Column(
        [body(view.part_words(part.code), bold=True),
         label(f"{part.code} · {stock_words(page, in_van)}")],
        spacing=2, tight=True, expand=True,
    )  # fmt: skip
    head: list[ft.Control] = [name]
    if view.editable:
        head.append(
            icon_button(f"part-void-{part.code}", page.say("remove"),
                        ft.Icons.DELETE_OUTLINE_ROUNDED,
                        lambda _: view.void("parts_used", part.id))
        )  # fmt: skip
    lines: list[ft.Control] = [ft.Row(head, spacing=12), _quantity(view, part)]
    if part.quantity > in_van or part.justification:
        lines.append(
            keyed(
                f"why-{part.code}", SavingField, f"part-why-{part.code}", page.say("parts.why"),
                view.text(f"justification.{part.code}", part.justification),
                view.marks, read_only=not view.editable,
            )
        )  # fmt: skip
    return ft.Container(
        ft.Column(lines, spacing=10, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.only(bottom=14),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
        key=part.code,
    )  # fmt: skip


def _quantity(view: TicketView, part: PartUsed) -> ft.Control:
    page = view.page
    if not view.editable:
        return body(page.say("parts.quantity_is", quantity=part.quantity))
    row = stepper(
        f"part-{part.code}", part.quantity,
        lambda quantity: _change(view, part, quantity=quantity),
        less=page.say("parts.less"), more=page.say("parts.more"),
    )  # fmt: skip
    return ft.Row([label(page.say("parts.quantity")), row], spacing=16)


def _change(view: TicketView, part: PartUsed, **values: Any) -> bool:
    """Entries are never changed: the old one is struck out and a new one stands for it."""
    entry = {"code": part.code, "quantity": part.quantity, "serial": part.serial,
             "justification": part.justification, **values}  # fmt: skip
    kept = {name: value for name, value in entry.items() if value not in ("", None)}
    return view.append("parts_used", **kept) and view.void("parts_used", part.id)
