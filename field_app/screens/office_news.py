"""What the office did meanwhile: changed, contested, or asked to correct."""

from collections.abc import Mapping
from typing import Any

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import side_button
from field_app.parts.theme import INFO, WARNING
from field_app.parts.time_left import moment
from field_app.screens.page_state import PageState
from field_app.screens.steps import REVIEW
from field_app.screens.ticket_view import TicketView
from field_app.store.tickets import FieldConflict, OfficeChange
from shared.ticket.fields import FIELD
from shared.time.timestamps import NotAnInstant, instant
from shared.words import NoWords


def office_news(view: TicketView) -> list[ft.Control]:
    """Banners for what came from the office, each with what can be done."""
    page, detail = view.page, view.detail
    news: list[ft.Control] = []
    if detail.missing and view.editable:
        words = page.say_count("office.to_correct", len(detail.missing))
        go = side_button("to-review", page.say("office.see"), ft.Icons.CHECKLIST_ROUNDED,
                         lambda _: view.go(REVIEW))  # fmt: skip
        news.append(banner(words, WARNING, go, key="to-correct"))
    elif detail.refusal and view.editable:
        news.append(banner(detail.refusal, WARNING, key="refused"))
    told = [_changed(view, change) for change in detail.changed]
    told += [_contested(view, conflict) for conflict in detail.conflicts]
    if told:
        seen = side_button(
            "acknowledge",
            page.say("office.seen"),
            ft.Icons.DONE_ALL_ROUNDED,
            lambda _: page.attempt(lambda: page.session.acknowledge(view.id)),
        )
        news.append(banner("\n".join(told), INFO, seen, key="changed"))  # fmt: skip
    return news


def _changed(view: TicketView, change: OfficeChange) -> str:
    page = view.page
    return page.say(
        "office.changed",
        field=_name(page, change.field),
        before=_value(view, change.field, change.before),
        after=_value(view, change.field, change.after),
    )


def _contested(view: TicketView, conflict: FieldConflict) -> str:
    page = view.page
    return page.say(
        "office.contested",
        field=_name(page, conflict.field),
        standing=_value(view, conflict.field, conflict.standing),
    )


def _name(page: PageState, field: str) -> str:
    try:
        return page.term(f"field.{field}")
    except NoWords:
        # A field that a later office has and this tablet has no word for.
        return field


def _value(view: TicketView, field: str, value: Any) -> str:
    page = view.page
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return page.term("yes" if value else "no")
    known = FIELD.get(field)
    if known and known.words:
        return page.term(f"{known.words}.{value}")
    if field == "assignee":
        person = view.catalogue.people.get(str(value))
        return person.name if person else "–"
    if isinstance(value, Mapping):
        return ", ".join(_value(view, field, each) for each in value.values())
    if isinstance(value, list | tuple):
        return ", ".join(_value(view, field, each) for each in value)
    return _moment_or_text(view, value)


def _moment_or_text(view: TicketView, value: Any) -> str:
    try:
        at = instant(value)
    except NotAnInstant:
        return str(value)
    return moment(at, view.page.language, view.zone) if at else "–"
