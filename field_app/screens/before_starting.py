"""What to know before starting: does it keep coming back, and is the likely part in the van?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.history import WINDOWS
from field_app.parts.text import body, label
from field_app.parts.theme import DANGER, INK, OK, WARNING
from field_app.screens.page_state import PageState
from field_app.screens.ticket_view import TicketView
from field_app.store.catalogue import Part
from shared.ticket.asset import PastService


def radar_counts(
    history: Sequence[PastService], now: datetime, cause: str | None = None
) -> Mapping[int, int]:
    """Services opened in the last 30, 60 and 90 days; of one root cause where it is given."""
    opened = [p.opened_at for p in history if p.opened_at and cause in (None, p.root_cause)]
    return {days: sum(at >= now - timedelta(days=days) for at in opened) for days in WINDOWS}


def stock_lines(view: TicketView) -> list[ft.Control]:
    """The van's stock of the likely parts, and a warning where one would come too late."""
    parts = view.likely_parts()
    if not parts:
        return []
    page = view.page
    lines: list[ft.Control] = [label(page.say("stock.title"), bold=True)]
    lines.extend(_stock_line(view, part) for part in parts)
    lines.extend(
        banner(page.say_count("stock.too_late", days, part=part.label(page.language)), WARNING)
        for part in parts
        if (days := _days_too_late(view, part)) is not None
    )
    return lines


def _stock_line(view: TicketView, part: Part) -> ft.Control:
    page = view.page
    count = view.catalogue.stock.get(part.code, 0)
    words = body(part.label(page.language), INK)
    words.expand = True
    return ft.Row(
        [
            ft.Icon(
                ft.Icons.INVENTORY_2_ROUNDED if count else ft.Icons.REMOVE_SHOPPING_CART_ROUNDED,
                color=OK if count else DANGER,
            ),
            words,
            label(stock_words(page, count), OK if count else DANGER, bold=True),
        ],
        spacing=12,
    )


def stock_words(page: PageState, count: int) -> str:
    """«2 en la camioneta»."""
    return page.say("stock.count", count=count) if count else page.say("stock.none")


def _days_too_late(view: TicketView, part: Part) -> int | None:
    """How many days the part takes, when the van has none and the term does not wait for it."""
    due = view.ticket.due.resolution
    if view.catalogue.stock.get(part.code) or part.eta_days is None or due is None:
        return None
    return part.eta_days if view.page.now() + timedelta(days=part.eta_days) > due else None
