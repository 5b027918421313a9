"""What is always there: the sync strip, the way between the main places, and news."""

from zoneinfo import ZoneInfo

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import icon_button
from field_app.parts.net import component
from field_app.parts.sync_strip import sync_strip
from field_app.parts.theme import INK, LINE, MUTED, PAPER, PRIMARY, PRIMARY_SOFT, SURFACE
from field_app.screens.page_state import News, PageState, use_page_state
from field_app.screens.places import Place, place_at, places
from field_app.session.status import Phase


@component
def Shell() -> ft.Control:
    """The frame around every screen of an unlocked tablet."""
    page = use_page_state()
    location = ft.use_route_location()
    outlet = ft.use_route_outlet()
    current = place_at(location)
    in_ticket = location.startswith("/tickets/")
    content = ft.Container(outlet, expand=True)
    body: ft.Control = content
    if not page.narrow:
        body = ft.Row([_rail(page, current), content], spacing=0, expand=True,
                      vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    # Found here, not where the strip is drawn: that never waits for a round to let the file go.
    zone = page.session.zone(_ticket_at(location)) if page.is_open else None
    rows: list[ft.Control] = [
        StripPart(page.strip, zone=zone),
        news_place(page),
        body,
    ]
    # Inside a ticket a phone has no room for two bars: its own bottom button stands there.
    if page.narrow and not in_ticket:
        rows.append(_bar(page, current))
    return ft.SafeArea(
        ft.Container(
            ft.Column(rows, spacing=0, expand=True,
                      horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            bgcolor=SURFACE,
            expand=True,
        ),
        expand=True,
    )  # fmt: skip


@component
def StripPart(strip: object, pressable: bool = True, zone: ZoneInfo | None = None) -> ft.Control:
    """The strip alone, drawn again at each movement of the queue, with its time in `zone`."""
    page = use_page_state()
    status = page.strip.status
    to_tickets = status.phase in (Phase.TO_CORRECT, Phase.ATTENTION)
    return sync_strip(
        str(status.phase),
        status.sentence(page.language, zone),
        page.say("strip.tickets" if to_tickets else "strip.more"),
        (lambda _: page.go("/" if to_tickets else "/sync")) if pressable else None,
    )


def _ticket_at(location: str) -> str | None:
    parts = location.split("/")
    return parts[2] if parts[1:2] == ["tickets"] and len(parts) > 2 else None


def news_place(page: PageState) -> ft.Control:
    """Where news appears. The place is always there: what stands below it keeps its own state."""
    return ft.Container(news_banner(page, page.news) if page.news else None)


def news_banner(page: PageState, news: News) -> ft.Control:
    """A sentence with the way to put it aside."""

    def dismiss(_: object) -> None:
        page.news = None

    close = icon_button("news-close", page.say("news.close"), ft.Icons.CLOSE_ROUNDED, dismiss)
    return ft.Semantics(
        identifier="news",
        content=ft.Container(
            ft.Row([ft.Container(banner(news.words, news.tone), expand=True), close], spacing=4),
            padding=ft.Padding.symmetric(horizontal=12, vertical=8),
            bgcolor=PAPER,
        ),
    )


def _rail(page: PageState, current: Place) -> ft.Control:
    marks = [_place(page, each, each == current, vertical=True) for each in places()]
    mark = ft.Image(page.brand.mark, width=34, height=46, fit=ft.BoxFit.CONTAIN,
                    exclude_from_semantics=True)  # fmt: skip
    return ft.Container(
        ft.Column([ft.Container(mark, padding=ft.Padding.only(top=14, bottom=10)), *marks],
                  spacing=10, horizontal_alignment=ft.CrossAxisAlignment.CENTER),
        width=104,
        bgcolor=PAPER,
        border=ft.Border.only(right=ft.BorderSide(1, LINE)),
    )  # fmt: skip


def _bar(page: PageState, current: Place) -> ft.Control:
    marks = [
        ft.Container(_place(page, each, each == current, vertical=False), expand=True)
        for each in places()
    ]
    return ft.Container(
        ft.Row(list(marks), spacing=0),
        bgcolor=PAPER,
        padding=ft.Padding.symmetric(vertical=6),
        border=ft.Border.only(top=ft.BorderSide(1, LINE)),
    )


def _place(page: PageState, place: Place, chosen: bool, *, vertical: bool) -> ft.Control:
    colour = PRIMARY if chosen else INK
    words = ft.Text(page.say(f"place.{place.code}"), size=16, color=colour,
                    weight=ft.FontWeight.W_600 if chosen else ft.FontWeight.W_500,
                    text_align=ft.TextAlign.CENTER)  # fmt: skip
    pill = ft.Container(
        ft.Icon(place.icon, size=26, color=PRIMARY if chosen else MUTED),
        width=60,
        height=34,
        border_radius=17,
        bgcolor=PRIMARY_SOFT if chosen else None,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Semantics(
        identifier=f"place-{place.code}",
        button=True,
        selected=chosen,
        content=ft.Container(
            ft.Column([pill, words], spacing=2, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.CENTER),
            width=96 if vertical else None,
            padding=ft.Padding.symmetric(vertical=6),
            border_radius=14,
            ink=True,
            alignment=ft.Alignment.CENTER,
            on_click=lambda _: page.go(place.route),
        ),
    )  # fmt: skip
