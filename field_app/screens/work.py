"""Trabajo y refacciones: what was done, with what, what is to come, and the solution in words."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import flet as ft

from field_app.parts.buttons import button_row, choice, icon_button, side_button
from field_app.parts.card import card
from field_app.parts.field import SavingField, UnaddedText
from field_app.parts.net import component
from field_app.parts.saving_text import SavingText
from field_app.parts.semantics import keyed
from field_app.parts.text import body, label
from field_app.parts.theme import LINE, MUTED
from field_app.parts.time_left import clock
from field_app.screens.hours import HoursCard
from field_app.screens.pending_parts import PendingCard
from field_app.screens.steps import step
from field_app.screens.ticket_frame import step_screen
from field_app.screens.ticket_view import TicketView
from field_app.screens.used_parts import UsedCard
from field_app.store.catalogue import Part

ACTIONS = ("cleaned", "adjusted", "replaced", "firmware", "configured", "explained")
"""Things done every day, offered as words to press; the keys of tablet.action.*."""


@step(
    "work", "actions", "solution", "parts_used", "parts_pending", order=40,
    icon=ft.Icons.HANDYMAN_ROUNDED, texts=("action", "justification", "solution"),
)  # fmt: skip
@component
def WorkScreen(view: TicketView) -> ft.Control:
    """Actions, parts used, parts pending, solution, hours: in any order."""
    return step_screen(
        view,
        keyed("actions", ActionsCard, view),
        keyed("used", UsedCard, view),
        _solution(view),
        keyed("pending", PendingCard, view),
        keyed("hours", HoursCard, view),
    )


@component
def ActionsCard(view: TicketView) -> ft.Control:
    """What was done so far; the usual things at one press, anything else in words."""
    page = view.page
    text = view.draft("action")
    own, set_own = ft.use_state(bool(text.text))

    def did(words: str) -> bool:
        return bool(words.strip()) and view.append("actions", text=words.strip())

    def add(_: object) -> None:
        text.catch_up()
        if not text.trouble and did(text.text):
            text.clear()
            set_own(False)

    content: list[ft.Control] = [_action(view, action) for action in view.ticket.actions]
    if view.editable:
        content.append(label(page.say("work.usual")))
        content.append(button_row(*_usual(view, did), _own_words(view, set_own)))
        if own:
            content.append(_own(view, text, add))
    return card(page.say("work.actions"), ft.Icons.HANDYMAN_ROUNDED, *content)


def _usual(view: TicketView, did: Callable[[str], object]) -> Sequence[ft.Control]:
    """Changing a likely part notes the part too: one press says both."""
    page, ticket = view.page, view.ticket
    done = {action.text for action in ticket.actions}

    def changed(words: str, part: Part) -> None:
        did(words)
        if part.code not in {used.code for used in view.fresh().parts_used}:
            view.append("parts_used", code=part.code, quantity=1)

    offered: list[tuple[str, Callable[[str], object]]] = [
        (page.say("action.changed", part=part.label(page.language)), partial(changed, part=part))
        for part in view.likely_parts()[:2]
    ]
    offered += [(page.say(f"action.{name}"), did) for name in ACTIONS]
    return [
        choice(f"action-{number}", words, ft.Icons.ADD_ROUNDED,
               lambda _, words=words, act=act: act(words))
        for number, (words, act) in enumerate(offered)
        if words not in done
    ]  # fmt: skip


def _own_words(view: TicketView, set_own: Callable[[Any], None]) -> ft.Control:
    words = view.page.say("work.own")
    return choice("action-own", words, ft.Icons.EDIT_ROUNDED, lambda _: set_own(True))


def _own(view: TicketView, text: SavingText, add: Callable[[object], None]) -> ft.Control:
    return keyed("own", UnaddedText, "action-text", view.page.say("work.what"), text, view.marks,
                 lambda words: [
                     ft.Row([side_button("action-add", view.page.say("add"), ft.Icons.ADD_ROUNDED,
                                         add, enabled=bool(words.strip()))])
                 ], on_submit=add, lines=2)  # fmt: skip


def _action(view: TicketView, action: Any) -> ft.Control:
    words = body(action.text)
    words.expand = True
    row: list[ft.Control] = [
        ft.Icon(ft.Icons.TASK_ALT_ROUNDED, color=MUTED),
        words,
        label(clock(action.at, view.zone) if action.at else ""),
    ]
    if view.editable:
        row.append(
            icon_button(f"action-void-{action.id}", view.page.say("remove"),
                        ft.Icons.DELETE_OUTLINE_ROUNDED,
                        lambda _: view.void("actions", action.id))
        )  # fmt: skip
    return ft.Container(
        ft.Row(row, spacing=12), border=ft.Border.only(bottom=ft.BorderSide(1, LINE))
    )


def _solution(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    proposed = ". ".join(action.text.rstrip(".") for action in ticket.actions)
    solution = view.text("solution", ticket.solution)

    def use(_: object) -> None:
        solution.put(f"{proposed}.")
        solution.keep()

    content: list[ft.Control] = [
        SavingField("solution", page.say("work.solution.field"), solution, view.marks,
                    hint=page.say("work.solution.hint"), lines=2, read_only=not view.editable)
    ]  # fmt: skip
    if proposed and not ticket.solution and view.editable:
        content.append(
            choice("solution-proposed", page.say("work.solution.use"),
                   ft.Icons.AUTO_FIX_HIGH_ROUNDED, use, note=f"{proposed}.")
        )  # fmt: skip
    return card(page.say("work.solution"), ft.Icons.CHECK_CIRCLE_ROUNDED, *content)
