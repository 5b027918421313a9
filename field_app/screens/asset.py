"""Equipo: is this the machine, what does it count, what happened to it before?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, choice, quiet_button, side_button
from field_app.parts.card import card, fact, facts
from field_app.parts.chips import chip
from field_app.parts.field import SavingField
from field_app.parts.history import past_services, radar
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text import BOLD, body, label
from field_app.parts.theme import DISPLAY, INK, MUTED, OK, WARNING
from field_app.screens.before_starting import radar_counts
from field_app.screens.steps import step
from field_app.screens.ticket_frame import step_screen
from field_app.screens.ticket_view import TicketView
from shared.ticket.asset import Asset
from shared.ticket.profile import asks_meter
from shared.ticket.ticket import Ticket

Setter = Callable[[Any], None]

SHOWN_AT_FIRST = 3
SURE = "meter.sure"
"""Where it is kept which unlikely total somebody has looked at twice."""


@step(
    "asset",
    "history_reviewed",
    "serial_matched",
    "meter",
    "meter_exception",
    order=20,
    icon=ft.Icons.DEVICES_OTHER_ROUNDED,
    texts=("meter", "meter_exception"),
    applies=lambda ticket: bool(ticket.asset),
)
@component
def AssetScreen(view: TicketView) -> ft.Control:
    """Serial, meter, history; below the history the word that it was read: what is not on the
    screen cannot be attested."""
    page, asset = view.page, view.detail.asset
    differs, set_differs = ft.use_state(False)
    explains, set_explains = ft.use_state(False)
    whole, set_whole = ft.use_state(False)
    if asset is None:
        return step_screen(view, banner(page.say("asset.none"), WARNING))
    return step_screen(
        view,
        _serial(view, asset, differs, set_differs),
        *_meters(view, asset, explains, set_explains),
        _history(view, whole, set_whole),
    )


def _serial(view: TicketView, asset: Asset, differs: bool, set_differs: Setter) -> ft.Control:
    page, matched = view.page, view.ticket.serial_matched

    def say(same: bool) -> None:
        set_differs(not same)
        view.set(serial_matched=same)

    content: list[ft.Control] = [
        label(page.say("asset.compare")),
        ft.Text(asset.serial, size=DISPLAY - 6, weight=BOLD, color=INK, selectable=True),
        facts(
            fact(page.say("asset.model"), asset.name),
            fact(page.say("visit.location"), asset.location or "–"),
            columns=1 if page.narrow else 2,
        ),
        button_row(
            choice("serial-same", page.say("asset.same"), ft.Icons.VERIFIED_ROUNDED,
                   lambda _: say(True), selected=matched, enabled=view.editable),
            choice("serial-differs", page.say("asset.differs"), ft.Icons.GPP_MAYBE_ROUNDED,
                   lambda _: say(False), selected=differs and not matched, enabled=view.editable),
        ),
    ]  # fmt: skip
    if differs and not matched:
        content.append(banner(page.say("asset.differs.do"), WARNING))
    return card(page.say("asset.serial"), ft.Icons.QR_CODE_2_ROUNDED, *content,
                trailing=_done(view, matched))  # fmt: skip


def _meters(
    view: TicketView, asset: Asset, explains: bool, set_explains: Setter
) -> Sequence[ft.Control]:
    """The meter, where machines like this one have one or a reading is kept already."""
    asked = asks_meter(view.catalogue.organisation, asset.asks_meter)
    if asked or view.ticket.meter or view.ticket.meter_exception:
        return [_meter(view, asset, explains, set_explains)]
    return []


def _meter(view: TicketView, asset: Asset, explains: bool, set_explains: Setter) -> ft.Control:
    page, ticket = view.page, view.ticket
    meter, last = ticket.meter, asset.meter
    lacking = view.lacks("meter")
    content: list[ft.Control] = []
    if last:
        content.append(body(page.say("meter.last", total=_figure(last.total)), MUTED))
    content.append(_meter_fields(view, asset))
    if asset.colour and meter and meter.colour is not None:
        content.append(body(page.say("meter.colour_is", colour=_figure(meter.colour))))
    sure = page.session.draft(view.id, SURE)
    leaps = meter is not None and asset.leaps(meter.total) and sure != meter.total
    if meter and last and leaps and view.editable:
        total = meter.total
        yes = quiet_button("meter-sure", page.say("meter.jump.sure"), ft.Icons.CHECK_ROUNDED,
                           lambda _: page.attempt(lambda: _confirm(view, total)))  # fmt: skip
        words = page.say("meter.jump", total=_figure(total), last=_figure(last.total))
        content.append(banner(words, WARNING, yes))
    if meter and lacking and not ticket.meter_exception:
        explain = quiet_button(
            "meter-explain",
            page.say("meter.explain"),
            ft.Icons.EDIT_NOTE_ROUNDED,
            lambda _: set_explains(True),
        )
        content.append(banner(lacking.sentence(page.language), WARNING, explain))  # fmt: skip
    if explains or ticket.meter_exception:
        content.append(
            SavingField("meter-exception", page.say("meter.exception"),
                        view.text("meter_exception", ticket.meter_exception), view.marks, lines=2,
                        read_only=not view.editable,
                        autofocus=not ticket.meter_exception and view.may_take_focus)
        )  # fmt: skip
    elif meter is None and view.editable:
        content.append(
            ft.Row([quiet_button("meter-unread", page.say("meter.unread"),
                                 ft.Icons.VISIBILITY_OFF_ROUNDED, lambda _: set_explains(True))])
        )  # fmt: skip
    settled = bool(meter or ticket.meter_exception) and lacking is None and not leaps
    return card(page.say("meter.title"), ft.Icons.PIN_ROUNDED, *content,
                trailing=_done(view, settled))  # fmt: skip


def _confirm(view: TicketView, total: int) -> None:
    view.page.session.save_draft(view.id, SURE, total)
    view.page.session.changed()


def _meter_fields(view: TicketView, asset: Asset) -> ft.Control:
    page, read = view.page, _read(view.ticket)

    names = ["total", "bw"] if asset.colour else ["total"]
    fields = [
        keyed(
            f"meter-{name}", SavingField, f"meter-{name}", page.say(f"meter.{name}"),
            view.count(f"meter.{name}", read.get(name)), view.marks, number=True,
            read_only=not view.editable,
        )
        for name in names
    ]  # fmt: skip
    if page.narrow:
        return ft.Column(list(fields), spacing=10, tight=True,
                         horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    return ft.Row(
        [ft.Container(field, expand=True) for field in fields],
        spacing=16,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _read(ticket: Ticket) -> Mapping[str, int | None]:
    return ticket.record.fields.get("meter") or {}


def _history(view: TicketView, whole: bool, set_whole: Setter) -> ft.Control:
    page, history = view.page, view.history()
    content: list[ft.Control] = [
        label(page.say("radar.title"), bold=True),
        radar(radar_counts(history, page.now()), page.language),
    ]
    if not history:
        content.append(body(page.say("history.none"), MUTED))
    shown = history if whole else history[:SHOWN_AT_FIRST]
    content.append(past_services(shown, view.cause_words, page.language, view.zone))
    if len(history) > len(shown):
        words = page.say_count("history.all", len(history))
        content.append(ft.Row([quiet_button("history-all", words, ft.Icons.EXPAND_MORE_ROUNDED,
                                            lambda _: set_whole(True))]))  # fmt: skip
    content.extend(_reviewed(view))
    return card(page.say("history.title"), ft.Icons.HISTORY_ROUNDED, *content,
                trailing=_done(view, view.ticket.history_reviewed))  # fmt: skip


def _reviewed(view: TicketView) -> Sequence[ft.Control]:
    if view.ticket.history_reviewed or not view.editable:
        return []

    def reviewed(_: object) -> None:
        if view.set(history_reviewed=True):
            view.go_on()

    words = view.page.say("history.reviewed")
    return [
        ft.Row([side_button("history-reviewed", words, ft.Icons.HISTORY_EDU_ROUNDED, reviewed)])
    ]


def _done(view: TicketView, done: bool) -> ft.Control | None:
    return chip(view.page.say("done"), ft.Icons.CHECK_ROUNDED, OK) if done else None


def _figure(number: int) -> str:
    return f"{number:,}"
