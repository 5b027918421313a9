"""Prueba: does it work now, and how is this to be classified?"""

from collections.abc import Sequence

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, choice, main_button
from field_app.parts.card import card
from field_app.parts.chips import chip
from field_app.parts.net import component
from field_app.parts.text import body
from field_app.parts.theme import MUTED, OK, WARNING
from field_app.parts.time_left import clock
from field_app.screens.steps import REVIEW, step
from field_app.screens.ticket_frame import step_screen
from field_app.screens.ticket_view import TicketView
from field_app.store.catalogue import Classification
from shared.closure.work_rules import UNDEFINED
from shared.time.timestamps import wire_time


@step(
    "test", "test_result", "tested_at", "final_classification",
    order=60, icon=ft.Icons.SPEED_ROUNDED,
)  # fmt: skip
@component
def VerificationScreen(view: TicketView) -> ft.Control:
    """Result, classification with the likely one first; then the review."""
    whole, set_whole = ft.use_state(False)
    page = view.page
    review = main_button("review", page.say("verification.review"), ft.Icons.CHECKLIST_ROUNDED,
                         lambda _: view.go(REVIEW))  # fmt: skip
    return step_screen(
        view,
        _result(view),
        _classification(view, whole, set_whole),
        bottom=[review],
    )


def _result(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    lacking = view.lacks("test_result")

    def tested(result: str) -> None:
        view.set(test_result=result, tested_at=wire_time(page.now()))

    content: list[ft.Control] = [
        body(page.say("verification.ask"), MUTED),
        button_row(
            choice("test-passed", page.term("test.passed"), ft.Icons.THUMB_UP_ROUNDED,
                   lambda _: tested("passed"), selected=ticket.test_result == "passed",
                   enabled=view.editable),
            choice("test-failed", page.term("test.failed"), ft.Icons.THUMB_DOWN_ROUNDED,
                   lambda _: tested("failed"), selected=ticket.test_result == "failed",
                   enabled=view.editable),
        ),
    ]  # fmt: skip
    if ticket.test_result and lacking:
        again = page.say("verification.failed") if ticket.test_result == "failed" else ""
        content.append(banner(again or lacking.sentence(page.language), WARNING))
    at = clock(ticket.tested_at, view.zone) if ticket.tested_at else ""
    done = chip(at, ft.Icons.CHECK_ROUNDED, OK) if ticket.test_result and not lacking else None
    return card(page.say("verification.title"), ft.Icons.SPEED_ROUNDED, *content, trailing=done)


def _classification(view: TicketView, whole: bool, set_whole: object) -> ft.Control:
    page, ticket = view.page, view.ticket
    fitting = fitting_classifications(view)
    shown = fitting if whole or not ticket.root_cause else fitting[:3]
    chosen = ticket.final_classification
    if chosen and chosen not in {each.code for each in shown}:
        shown = [*shown, *(each for each in fitting if each.code == chosen)]
    suggested = fitting[0].code if fitting and ticket.root_cause else None
    content: list[ft.Control] = [
        choice(
            f"classification-{each.code}",
            each.label(page.language),
            ft.Icons.RADIO_BUTTON_UNCHECKED_ROUNDED,
            lambda _, code=each.code: view.set(final_classification=code),
            selected=each.code == chosen,
            note=_note(view, each, suggested),
            enabled=view.editable,
        )
        for each in shown
    ]
    if not view.catalogue.classifications:
        content.insert(0, body(page.say("classification.no_catalogue"), MUTED))
    elif not ticket.root_cause and view.catalogue.root_causes:
        content.insert(0, body(page.say("classification.cause_first"), MUTED))
    if len(fitting) > len(shown):
        words = page.say("classification.more", count=len(fitting) - len(shown))
        content.append(
            button_row(
                choice("classification-more", words, ft.Icons.EXPAND_MORE_ROUNDED,
                       lambda _: set_whole(True))  # type: ignore[operator]
            )
        )  # fmt: skip
    lacking = view.lacks("final_classification")
    if chosen and lacking:
        content.append(banner(lacking.sentence(page.language), WARNING))
    done = None
    if chosen and not lacking:
        done = chip(page.say("done"), ft.Icons.CHECK_ROUNDED, OK)
    return card(page.say("classification.title"), ft.Icons.SELL_ROUNDED, *content, trailing=done)


def _note(view: TicketView, each: Classification, suggested: str | None) -> str:
    words = [each.code]
    if each.code == suggested:
        words.append(view.page.say("classification.suggested"))
    return " · ".join(words)


def fitting_classifications(view: TicketView) -> list[Classification]:
    """Those that go with the cause and the parts, the likeliest first: as it ended before, else
    wear where a part went in, else the catalogue's own order. CL20."""
    ticket, catalogue = view.ticket, view.catalogue
    alone = {each.code for each in catalogue.classifications if each.without_parts}
    fit = {each.code for each in catalogue.classifications_for(ticket.root_cause)} - {UNDEFINED}
    fit = fit - alone if ticket.parts_used else fit | alone
    before = [
        past.final_classification
        for past in view.history()
        if past.root_cause == ticket.root_cause and past.final_classification
    ]
    found = [each for each in catalogue.classifications if each.code in fit and each.engineers]
    return sorted(found, key=lambda each: _rank(each, before))


def _rank(each: Classification, before: Sequence[str]) -> int:
    return len(before) + 1 if each.without_parts else -before.count(each.code)
