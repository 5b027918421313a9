"""Diagnóstico: what was found, in words, and its root cause from the catalogue."""

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import choice
from field_app.parts.card import card
from field_app.parts.cause_picker import CauseChoice, CausePicker
from field_app.parts.chips import chip
from field_app.parts.field import SavingField
from field_app.parts.net import component
from field_app.parts.text import body
from field_app.parts.theme import MUTED, OK, WARNING
from field_app.screens.steps import step
from field_app.screens.ticket_frame import step_screen
from field_app.screens.ticket_view import TicketView


@step(
    "diagnosis", "diagnosis", "root_cause", "root_cause_text", order=30,
    icon=ft.Icons.TROUBLESHOOT_ROUNDED, texts=("diagnosis", "root_cause_text"),
)  # fmt: skip
@component
def DiagnosisScreen(view: TicketView) -> ft.Control:
    """The field first and ready to be typed in; then ready answers; then the cause."""
    ticket = view.ticket
    content: list[ft.Control] = [_found(view)]
    answers = view.catalogue.answers_for(ticket.description, ticket.type)
    if answers and view.editable:
        content.append(_answers(view))
    content.append(_cause(view))
    return step_screen(view, *content)


def _found(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    lacking = view.lacks("diagnosis")
    field = SavingField(
        "diagnosis",
        page.say("diagnosis.field"),
        view.text("diagnosis", ticket.diagnosis),
        view.marks,
        hint=page.say("diagnosis.hint"),
        lines=3,
        autofocus=not ticket.diagnosis and view.may_take_focus,
        read_only=not view.editable,
    )
    lines = [body(page.say("diagnosis.reported", text=ticket.description), MUTED), field]
    if ticket.diagnosis and lacking:
        lines.append(banner(lacking.sentence(page.language), WARNING))
    done = chip(page.say("done"), ft.Icons.CHECK_ROUNDED, OK) if lacking is None else None
    return card(page.say("diagnosis.title"), ft.Icons.TROUBLESHOOT_ROUNDED, *lines, trailing=done)


def _answers(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket

    def use(text: str) -> None:
        # The person asked for it: this goes into the field though it may be in hand.
        diagnosis = view.text("diagnosis", view.fresh().diagnosis)
        diagnosis.catch_up()
        diagnosis.put("\n".join(filter(None, (diagnosis.text.strip(), text))))
        diagnosis.keep()

    answers = view.catalogue.answers_for(ticket.description, ticket.type)
    return card(
        page.say("answers.title"),
        ft.Icons.LIGHTBULB_ROUNDED,
        *(
            choice(
                f"answer-{answer.id}",
                answer.title(page.language),
                ft.Icons.ADD_COMMENT_ROUNDED,
                lambda _, answer=answer: use(answer.text(page.language)),
                note=answer.text(page.language),
            )
            for answer in answers[:3]
        ),
    )


def _cause(view: TicketView) -> ft.Control:
    page, ticket = view.page, view.ticket
    causes = [
        CauseChoice(cause.code, cause.label(page.language), cause.family)
        for cause in view.catalogue.root_causes
        if not cause.retired or cause.code == ticket.root_cause
    ]
    content: list[ft.Control] = []
    again = page.session.recurrence(view.id) if ticket.root_cause else []
    if again:
        content.append(banner(page.say_count("radar.again", len(again) + 1), WARNING))
    before = list(dict.fromkeys(p.root_cause for p in view.history() if p.root_cause))[:3]
    if not causes:
        content.append(body(page.say("cause.no_catalogue"), MUTED))
    else:
        content.append(CausePicker(causes, ticket.root_cause, page.language,
                    lambda code: view.set(root_cause=code), view.draft("search.cause"), before,
                    view.editable))  # fmt: skip
    if not causes or ticket.root_cause in view.catalogue.asks_text:
        content.append(
            SavingField("root-cause-text", page.say("cause.other"),
                        view.text("root_cause_text", ticket.root_cause_text), view.marks, lines=2,
                        read_only=not view.editable)
        )  # fmt: skip
    trailing = None
    if ticket.root_cause:
        trailing = chip(view.cause_words(ticket.root_cause), ft.Icons.CHECK_ROUNDED, OK)
    return card(page.say("cause.title"), ft.Icons.ACCOUNT_TREE_ROUNDED, *content, trailing=trailing)
