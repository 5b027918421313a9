"""Revisión: everything that is missing, each with the way to it; then the customer's turn."""

from collections.abc import Sequence

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, main_button, side_button
from field_app.parts.card import card
from field_app.parts.field import MOST_SIGNS
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text import body, title
from field_app.parts.theme import INFO, LINE, MUTED, OK, WARNING
from field_app.screens.handover import summary
from field_app.screens.hours import HoursCard
from field_app.screens.office_news import office_news
from field_app.screens.page_state import PageState
from field_app.screens.steps import (
    DONE,
    REVIEW,
    SIGN,
    is_customers,
    known,
    step,
    step_of,
    step_of_text,
)
from field_app.screens.ticket_frame import step_screen, steps
from field_app.screens.ticket_view import TicketView
from field_app.visit.texts import Draft
from shared.closure.missing import Missing
from shared.report.blocks import ServiceReport
from shared.report.unprintable import unprintable_in


@step(
    REVIEW, "time_entries", "departed_at", order=70, icon=ft.Icons.CHECKLIST_ROUNDED,
    is_done=lambda seen: all(map(is_customers, seen.lacking)),
)  # fmt: skip
@step(
    SIGN, "sign_off", order=80, icon=ft.Icons.DRAW_ROUNDED,
    applies=lambda ticket: ticket.is_on_site or not ticket.mode,
    is_done=lambda seen: seen.ticket.sign_off is not None and SIGN not in seen.lacking,
)  # fmt: skip
@component
def ReviewScreen(view: TicketView) -> ft.Control:
    """The closure checklist as it stands; nothing is asked of the customer before it is done."""
    busy, set_busy = ft.use_state(False)
    page = view.page
    content: list[ft.Control] = []
    if view.detail.missing and view.editable:
        content.append(_office_asks(view))
    elif view.editable:
        content.extend(office_news(view))
    unadded = page.session.unadded(view.id) if view.editable else []
    if unadded:
        content.append(_unadded(view, unadded))
    report, signs = ft.use_memo(lambda: _read(page, view.id), [view.id, page.revision])
    if signs and view.editable:
        content.append(_unprintable(page, signs))
    open_items = [item for item in to_do(view) if step_of(item) != REVIEW]
    if open_items:
        content.append(_missing(view, open_items))
    elif view.editable and not to_do(view):
        content.append(banner(page.say(_ready(view)), OK, key="ready"))
    if view.editable and view.sign_off != "valid":
        content.append(keyed("hours", HoursCard, view, True))
    if not page.side_by_side:
        content.append(card(page.say("review.steps"), ft.Icons.LIST_ROUNDED, steps(view)))
    content.append(title(page.say("review.preview")))
    content.extend(summary(page, report))
    return step_screen(view, *content, bottom=_bottom(view, busy, set_busy, not unadded))


def _read(page: PageState, ticket: str) -> tuple[ServiceReport, tuple[str, ...]]:
    """What the customer will read, and the signs of it that will be boxes on paper."""
    report = page.session.handover(ticket).content
    return report, unprintable_in(report)


def _unprintable(page: PageState, signs: Sequence[str]) -> ft.Control:
    """What the customer will read as boxes, whoever wrote it, while it can be written otherwise."""
    named = " ".join(signs[:MOST_SIGNS]) + (" …" if signs[MOST_SIGNS:] else "")
    return card(
        page.say("review.unprintable", signs=named),
        ft.Icons.FONT_DOWNLOAD_OFF_ROUNDED,
        body(page.say("review.unprintable.lead"), MUTED),
        tone=WARNING,
    )


def to_do(view: TicketView) -> list[Missing]:
    """What is missing before the customer is asked, or before finalising."""
    return [item for item in view.missing if not is_customers(step_of(item))]


def mine(view: TicketView) -> list[Missing]:
    """Of that, what the engineer can do something about: the rest never stops a signature."""
    return [item for item in to_do(view) if step_of(item) is not None]


def _ready(view: TicketView) -> str:
    if view.sign_off == "valid":
        return "review.signed"
    return "review.ready" if view.ticket.is_on_site else "review.ready_remote"


def _missing(view: TicketView, items: Sequence[Missing]) -> ft.Control:
    page = view.page
    return card(
        page.say_count("review.missing", len(items)),
        ft.Icons.CHECKLIST_ROUNDED,
        *(_item(view, item, number) for number, item in enumerate(items)),
        tone=None,
    )


def _item(view: TicketView, item: Missing, number: int) -> ft.Control:
    page, way = view.page, step_of(item)
    said = item.sentence(page.language)
    words = body(page.say("office.new_rule", sentence=said) if item.new else said)
    words.expand = True
    icon = known(way).icon if way else ft.Icons.SUPPORT_AGENT_ROUNDED
    row: list[ft.Control] = [ft.Icon(icon, color=WARNING, size=28), words]
    if way is None:
        lines: list[ft.Control] = [ft.Row(row, spacing=14), body(page.say("review.office"), MUTED)]
    elif way == REVIEW:
        lines = [ft.Row(row, spacing=14)]
    else:
        go = side_button(f"fix-{item.rule}-{item.field}", page.say("review.fix"),
                         ft.Icons.ARROW_FORWARD_ROUNDED, lambda _: view.go(way))  # fmt: skip
        if page.narrow:
            lines = [ft.Row(row, spacing=14), ft.Row([go], alignment=ft.MainAxisAlignment.END)]
        else:
            lines = [ft.Row([*row, go], spacing=14)]
    return ft.Semantics(
        identifier=f"missing-{item.rule}-{item.field}",
        content=ft.Container(
            ft.Column(lines, spacing=8, tight=True),
            padding=ft.Padding.only(bottom=10),
            border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
        ),
        key=f"{item.rule}-{item.field}-{number}",
    )


def _unadded(view: TicketView, drafts: Sequence[Draft]) -> ft.Control:
    """Words that would be in no report: each with the way to it, and the way out."""
    page = view.page
    return card(
        page.say("review.unadded"),
        ft.Icons.EDIT_NOTE_ROUNDED,
        body(page.say("review.unadded.lead"), MUTED),
        *(_unadded_line(view, draft) for draft in drafts),
        tone=WARNING,
    )


def _unadded_line(view: TicketView, draft: Draft) -> ft.Control:
    page = view.page
    way = step_of_text(draft.name)
    return ft.Column(
        [
            body(f"«{shortened(draft.text)}»"),
            button_row(
                side_button(f"to-{draft.name}", page.say("review.fix"),
                            ft.Icons.ARROW_FORWARD_ROUNDED, lambda _: view.go(way)),
                side_button(f"discard-{draft.name}", page.say("review.unadded.discard"),
                            ft.Icons.DELETE_OUTLINE_ROUNDED, lambda _: _discard(view, draft)),
            ),
        ],
        spacing=8, tight=True, key=draft.name,
    )  # fmt: skip


def _discard(view: TicketView, draft: Draft) -> None:
    if view.page.attempt(lambda: view.page.session.drop_text(view.id, draft.name)):
        view.page.texts.forget(view.id, draft.name)
        view.page.session.changed()


def shortened(text: str, most: int = 120) -> str:
    """The beginning of a text, for a line that only names it."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _office_asks(view: TicketView) -> ft.Control:
    page = view.page
    new = sum(item.new for item in view.detail.missing)
    told = [banner(page.say_count("office.new_rules", new), INFO, key="new-rules")] if new else []
    return card(
        page.say_count("office.to_correct", len(view.detail.missing)),
        ft.Icons.RULE_ROUNDED,
        *told,
        *(_item(view, item, 1000 + number) for number, item in enumerate(view.detail.missing)),
        tone=WARNING,
    )


def _bottom(view: TicketView, busy: bool, set_busy: object, all_added: bool) -> list[ft.Control]:
    page = view.page
    if not view.editable:
        return [
            main_button("to-done", page.say("step.next", name=page.say("step.done")),
                        ft.Icons.ARROW_FORWARD_ROUNDED, lambda _: view.go(DONE))
        ]  # fmt: skip
    if view.ticket.is_on_site and view.sign_off != "valid":
        return [
            main_button(
                "handover", page.say("review.handover"), ft.Icons.HANDSHAKE_ROUNDED,
                lambda _: page.attempt(lambda: page.session.begin_signing(view.id)),
                enabled=all_added and not mine(view),
            )
        ]  # fmt: skip
    return [finalise_button(view, busy, set_busy, enabled=all_added and not to_do(view))]


def finalise_button(view: TicketView, busy: bool, set_busy: object, enabled: bool) -> ft.Control:
    """The engineer's last word: the report is made and the office is asked to close."""

    async def finalise(_: object) -> None:
        set_busy(True)  # type: ignore[operator]
        await finalised(view.page, view.id)
        set_busy(False)  # type: ignore[operator]

    return main_button("finalise", view.page.say("review.finalise"), ft.Icons.SEND_ROUNDED,
                       finalise, enabled=enabled, busy=busy)  # fmt: skip


async def finalised(page: PageState, ticket: str) -> None:
    """Ask the office; on the tablet's own «no», back to what is missing."""
    missing = await page.attempt_away(page.session.finalise, ticket)
    if missing is None:
        return
    page.go(f"/tickets/{ticket}/{REVIEW if missing else DONE}")
    if missing:
        page.tell(missing[0].sentence(page.language), WARNING)
