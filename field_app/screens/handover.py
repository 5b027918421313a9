"""Entregar al cliente: the whole report to read; «He leído» wakes at its end."""

from collections.abc import Callable

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import icon_button, main_button, quiet_button, side_button
from field_app.parts.component_state import kept
from field_app.parts.net import component
from field_app.parts.report import report_cards, support_card
from field_app.parts.scaffold import bottom_bar, head
from field_app.parts.semantics import named
from field_app.parts.text import label
from field_app.parts.theme import MUTED, PAGE, SURFACE, WARNING
from field_app.screens.page_state import PageState
from field_app.screens.shell import StripPart, news_place
from shared.report.blocks import ServiceReport
from shared.words import t

END = 24
"""dp from the end that count as the end."""
NOT_SHOWN = frozenset({"evidence"})


@component
def Handover(
    page: PageState,
    content: ServiceReport,
    again: bool,
    on_read: Callable[[], object],
    on_leave: Callable[[], object],
) -> ft.Control:
    """The summary in the customer's language, with the way to its end by scroll or by button.

    `again`: it was read before, and is not what it was.
    """
    read, set_read = ft.use_state(False)
    heights = kept(lambda: {"content": 0.0, "window": 0.0})
    list_ref = kept(lambda: ft.Ref[ft.Column]())

    def say(key: str) -> str:
        return t(f"tablet.{key}", content.language)

    def scrolled(event: ft.OnScrollEvent) -> None:
        if event.max_scroll_extent is not None and event.pixels >= event.max_scroll_extent - END:
            set_read(True)

    def measured(which: str) -> Callable[[ft.LayoutSizeChangeEvent[ft.LayoutControl]], None]:
        def measure(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
            heights[which] = event.height
            # A report that fits on the screen is read without scrolling.
            if heights["window"] and 0 < heights["content"] <= heights["window"]:
                set_read(True)

        return measure

    async def further(_: object) -> None:
        if list_ref.current:
            await list_ref.current.scroll_to(delta=heights["window"] * 0.8, duration=250)

    margin = 16 if page.narrow else PAGE
    changed = [banner(say("handover.changed"), WARNING, key="changed")] if again else []
    pages = [
        *changed,
        label(say("handover.lead"), MUTED),
        named("zone", label(content.zone)),
        *_pages(page, content),
    ]
    scrolling = ft.Column(
        [
            ft.Container(
                ft.Column(pages, spacing=16, tight=True,
                          horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                padding=ft.Padding.only(left=margin, right=margin, top=16, bottom=24),
                on_size_change=measured("content"),
            )
        ],
        ref=list_ref,
        scroll=ft.ScrollMode.ALWAYS,
        on_scroll=scrolled,
        scroll_interval=60,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    body = ft.Semantics(
        identifier="read",
        container=True,
        expand=True,
        content=ft.Container(scrolling, expand=True, on_size_change=measured("window")),
    )
    main = main_button("have-read", say("handover.read"), ft.Icons.DONE_ALL_ROUNDED,
                       lambda _: on_read(), enabled=read)  # fmt: skip
    more = side_button("read-on", say("handover.more"), ft.Icons.ARROW_DOWNWARD_ROUNDED, further,
                       enabled=not read, expand=page.narrow)  # fmt: skip
    return customer_screen(page, f"{content.title} {content.folio}", content.letterhead.name,
                           say("handover.engineer"), on_leave, body,
                           bottom_bar(more, main, narrow=page.narrow))  # fmt: skip


def _pages(page: PageState, content: ServiceReport) -> list[ft.Control]:
    return [*summary(page, content), support_card(content.letterhead)]


def summary(page: PageState, content: ServiceReport) -> list[ft.Control]:
    """The report as cards, without the annex, which is added after signing."""
    return report_cards(content, page.session.thumbnail, narrow=page.narrow, leave_out=NOT_SHOWN)


def customer_screen(
    page: PageState,
    title: str,
    note: str,
    engineer: str,
    on_leave: Callable[[], object] | None,
    body: ft.Control,
    bottom: ft.Control,
    back: tuple[str, Callable[..., object]] | None = None,
    news: bool = True,
) -> ft.Control:
    """A screen for the customer: the strip to see, nothing to press but what is theirs."""
    signing = page.session.signing
    zone = page.session.zone(signing) if signing else None
    trailing = []
    if on_leave:
        button = icon_button if page.narrow else quiet_button
        trailing.append(
            button("engineer", engineer, ft.Icons.ADMIN_PANEL_SETTINGS_ROUNDED,
                   lambda _: on_leave())
        )  # fmt: skip
    return ft.SafeArea(
        ft.Container(
            ft.Column(
                [
                    StripPart(page.strip, False, zone),
                    head(title, note, back=back, trailing=trailing, narrow=page.narrow),
                    *([news_place(page)] if news else []),
                    body,
                    bottom,
                ],
                spacing=0,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            bgcolor=SURFACE,
            expand=True,
        ),
        expand=True,
    )
