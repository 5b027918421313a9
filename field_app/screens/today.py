"""«Mi día»: the tickets to be worked on, in the order in which their terms run out."""

from collections.abc import Callable

import flet as ft

from field_app.parts.buttons import side_button
from field_app.parts.empty import empty
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.scaffold import head
from field_app.parts.semantics import keyed
from field_app.parts.text import BOLD
from field_app.parts.theme import (
    INK,
    LABEL,
    LINE,
    PAPER,
    PRIMARY,
    PRIMARY_SOFT,
    RADIUS,
    SURFACE,
    TITLE,
)
from field_app.parts.ticket_row import RowWords, TicketRow
from field_app.screens.page_state import PageState, use_page_state
from field_app.store.tickets import TicketRow as Row
from field_app.store.tickets import Window

SHELVES = {
    "open": ft.Icons.BUILD_CIRCLE_ROUNDED,
    "waiting": ft.Icons.HOURGLASS_TOP_ROUNDED,
    "done": ft.Icons.TASK_ALT_ROUNDED,
}
MORE = 50


@component
def TodayPane(chosen: str | None) -> ft.Control:
    """The list with its search and its shelves; `chosen` is the ticket open beside it."""
    page = use_page_state()
    if not page.is_open:
        return ft.Container()
    # A search goes through all shelves.
    shelf = "all" if page.search.strip() else page.shelf
    window = page.session.today(page.search, shelf, 0, page.limit)

    def typed(text: str) -> None:
        page.touch()
        page.search, page.limit = text, MORE

    search = keyed("search", Field, "search", page.say("today.search"), page.searched, typed,
                   icon=ft.Icons.SEARCH_ROUNDED)  # fmt: skip
    return ft.Container(
        ft.Column(
            [
                head(page.say("today.title"), page.say("today.date", date=_date(page)),
                     narrow=page.narrow),
                ft.Container(search, padding=ft.Padding.only(left=16, right=16, top=14),
                             bgcolor=SURFACE),
                _shelves(page),
                _rows(page, window, chosen),
            ],
            spacing=0,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=SURFACE,
        expand=True,
    )  # fmt: skip


def _date(page: PageState) -> str:
    now = page.now()
    weekday = page.say(f"weekday.{now.isoweekday()}")
    month = page.say(f"month.{now.month}")
    return page.say("today.long_date", weekday=weekday, day=now.day, month=month)


def _shelves(page: PageState) -> ft.Control:
    counts = page.session.counts()

    def put(shelf: str) -> None:
        page.touch()
        page.shelf, page.search, page.limit = shelf, "", MORE
        page.searched.put("")

    return ft.Container(
        ft.Row([_shelf(page, shelf, counts.get(shelf, 0), put) for shelf in SHELVES], spacing=8),
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
    )


def _shelf(page: PageState, shelf: str, count: int, put: Callable[[str], None]) -> ft.Control:
    chosen = shelf == page.shelf and not page.search
    colour = PRIMARY if chosen else INK
    number = ft.Text(str(count), size=TITLE, weight=BOLD, color=colour)
    name = ft.Text(page.say(f"shelf.{shelf}"), size=LABEL, color=colour,
                   weight=BOLD if chosen else ft.FontWeight.W_500)  # fmt: skip
    lines: list[ft.Control] = [
        ft.Row([ft.Icon(SHELVES[shelf], size=22, color=colour), number], spacing=6, tight=True),
        name,
    ]
    return ft.Semantics(
        identifier=f"shelf-{shelf}",
        button=True,
        selected=chosen,
        expand=True,
        content=ft.Container(
            ft.Column(lines, spacing=0, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.CENTER),
            padding=ft.Padding.symmetric(vertical=7),
            alignment=ft.Alignment.CENTER,
            border_radius=RADIUS,
            border=ft.Border.all(2 if chosen else 1, PRIMARY if chosen else LINE),
            bgcolor=PRIMARY_SOFT if chosen else PAPER,
            ink=True,
            on_click=lambda _: put(shelf),
        ),
    )  # fmt: skip


def _rows(page: PageState, window: Window, chosen: str | None) -> ft.Control:
    if not window.rows:
        found = "today.nothing_found" if page.search else f"empty.{page.shelf}"
        icon = ft.Icons.SEARCH_OFF_ROUNDED if page.search else SHELVES[page.shelf]
        return ft.Container(
            empty(icon, page.say(found), page.say(f"{found}.do")),
            expand=True,
            alignment=ft.Alignment.TOP_CENTER,
        )
    rows = [
        keyed(row.id, TicketRow, _words(page, row), row.id == chosen, page.language,
              page.open_ticket)
        for row in window.rows
    ]  # fmt: skip
    if window.more:
        left = window.total - len(window.rows)
        rows.append(
            side_button("more", page.say("today.more", count=min(left, MORE)),
                        ft.Icons.EXPAND_MORE_ROUNDED, lambda _: _show_more(page))
        )  # fmt: skip
    return ft.ListView(
        list(rows), expand=True, spacing=12,
        padding=ft.Padding.only(left=16, right=16, top=2, bottom=20),
    )  # fmt: skip


def _show_more(page: PageState) -> None:
    page.limit += MORE


def _words(page: PageState, row: Row) -> RowWords:
    if row.unfit:
        return RowWords(
            row.id, row.label, row.state, row.priority, "", "", "", page.say("ticket.unfit.row"),
            None, waiting=row.waiting, read_only=row.read_only,
        )  # fmt: skip
    return RowWords(
        id=row.id,
        label=row.label,
        state=row.state,
        priority=row.priority,
        customer=row.customer,
        asset=row.asset,
        place=row.location,
        description=row.description,
        term=page.urgent_term(row.record, row.stage),
        stage=str(row.stage),
        waiting=row.waiting,
        attention=row.attention,
        read_only=row.read_only,
    )


def nothing_chosen(page: PageState) -> ft.Control:
    """What stands beside the list while no ticket is open."""
    return ft.Container(
        empty(ft.Icons.TOUCH_APP_ROUNDED, page.say("today.choose"), page.say("today.choose.do")),
        expand=True,
        bgcolor=PAPER,
        alignment=ft.Alignment.CENTER,
    )
