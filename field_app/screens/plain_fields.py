"""The fields that no screen lays out by hand: asked for at the end of their step, by their word."""

from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from field_app.parts.buttons import button_row, choice
from field_app.parts.card import card
from field_app.parts.field import SavingField
from field_app.screens.ticket_view import TicketView
from shared.ticket.fields import CAPTURED, Field


def plain_fields(view: TicketView) -> list[ft.Control]:
    """A card for each of them that belongs to this step."""
    return [
        card(view.page.term(f"field.{field.name}"), ft.Icons.EDIT_NOTE_ROUNDED, _asked(view, field))
        for field in CAPTURED
        if field.plain == view.step
    ]


def _asked(view: TicketView, field: Field) -> ft.Control:
    return _BY_KIND[field.shape.kind](view, field, view.ticket.record.fields.get(field.name))


def _text(view: TicketView, field: Field, value: Any) -> ft.Control:
    words = view.page.term(f"field.{field.name}")
    return SavingField(field.name, words, view.text(field.name, value or ""), view.marks,
                       lines=2 if field.free_text else 1, read_only=not view.editable)  # fmt: skip


def _flag(view: TicketView, field: Field, value: Any) -> ft.Control:
    return _choices(view, field, value, {True: "yes", False: "no"})


def _code(view: TicketView, field: Field, value: Any) -> ft.Control:
    return _choices(view, field, value, {c: f"{field.words}.{c}" for c in field.shape.codes})


def _choices(view: TicketView, field: Field, value: Any, answers: Mapping[Any, str]) -> ft.Control:
    def offered(answer: Any, word: str) -> ft.Control:
        return choice(f"{field.name}-{word.rpartition('.')[2]}", view.page.term(word), None,
                      lambda _: view.set(**{field.name: answer}),
                      selected=value == answer, enabled=view.editable)  # fmt: skip

    return button_row(*(offered(answer, word) for answer, word in answers.items()))


_BY_KIND: Mapping[str, Callable[[TicketView, Field, Any], ft.Control]] = {
    "text": _text,
    "flag": _flag,
    "code": _code,
}
