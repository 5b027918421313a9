"""The frame that every screen of a ticket has: where one is, what happened meanwhile, what next."""

from collections.abc import Sequence

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import main_button, side_button
from field_app.parts.scaffold import bottom_bar, head, screen
from field_app.parts.semantics import named
from field_app.parts.steps import StepLine, progress, step_list
from field_app.parts.text import label
from field_app.parts.theme import INFO, WARNING
from field_app.screens.plain_fields import plain_fields
from field_app.screens.steps import DONE, REVIEW, VISIT, following, known, ordered, route
from field_app.screens.ticket_view import TicketView


def step_screen(
    view: TicketView, *content: ft.Control, bottom: Sequence[ft.Control] | None = None
) -> ft.Control:
    """A step: its name, the way back on a phone, what must be known, its content, what is next."""
    page = view.page
    customer = view.detail.customer.name if view.detail.customer else ""
    top = head(
        page.say(f"step.{view.step}"),
        " · ".join(filter(None, (view.ticket.label, customer))),
        back=None if page.side_by_side else (page.say("back.ticket"), lambda _: view.go(VISIT)),
        below=(*(() if page.side_by_side else (step_progress(view),)), zone_line(view)),
        narrow=page.narrow,
    )
    return screen(
        top,
        [*banners(view), *content, *plain_fields(view)],
        bottom_bar(*(bottom if bottom is not None else [next_button(view)]), narrow=page.narrow),
        narrow=page.narrow,
        identifier=f"screen-{view.step}",
    )


def next_button(view: TicketView) -> ft.Control:
    """On to the step that follows."""
    page, after = view.page, following(view.step)
    words = page.say("step.next", name=page.say(f"step.{after}"))
    return main_button("next", words, ft.Icons.ARROW_FORWARD_ROUNDED, lambda _: view.go_on())


def banners(view: TicketView) -> list[ft.Control]:
    """What must be known before anything is changed here."""
    page, banners = view.page, []
    if view.detail.unfit:
        what = ", ".join(page.term(f"field.{name}") for name in sorted(view.detail.unfit))
        banners.append(banner(page.say("ticket.partly_unfit", what=what), WARNING, key="unfit"))
    if view.detail.read_only:
        banners.append(banner(page.say("ticket.read_only"), INFO))
    elif view.asked and view.step != DONE:
        banners.append(banner(page.say(f"ticket.{view.detail.stage}"), INFO))
    elif view.sign_off == "void":
        banners.append(banner(page.say("sign.void"), WARNING, key="void"))
    elif view.sign_off == "valid" and known(view.step).order < known(REVIEW).order:
        banners.append(banner(page.say("sign.would_void"), WARNING, key="would-void"))
    return banners


def steps(view: TicketView, current: bool = True) -> ft.Control:
    """All steps of the ticket as a list to go by."""
    page = view.page
    lines = [
        StepLine(each.code, page.say(f"step.{each.code}"), each.icon, each.code in view.done)
        for each in ordered()
    ]
    return step_list(
        lines,
        view.step if current else None,
        page.say("step.is_done"),
        lambda code: page.go(route(view.id, code)),
    )


def zone_line(view: TicketView) -> ft.Control:
    """In which zone the times of this screen are."""
    return named("zone", label(view.zone_said))


def step_progress(view: TicketView) -> ft.Control:
    """«6 de 9»."""
    done, of = view.progress
    return progress(done, of, view.page.say("step.progress", done=done, of=of))


def way_to(view: TicketView, step: str, words: str, icon: ft.IconData) -> ft.Control:
    """A button to another step of the ticket."""
    return side_button(f"to-{step}", words, icon, lambda _: view.go(step))
