"""Envío: each operation and file that waits, its state; «Reintentar ahora»; the rescue package."""

from collections.abc import Callable

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import main_button, side_button
from field_app.parts.card import card, fact, facts
from field_app.parts.component_state import kept
from field_app.parts.empty import empty
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.scaffold import bottom_bar, head, screen
from field_app.parts.semantics import keyed, named
from field_app.parts.text import body, label
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import INFO, LINE, MUTED, OK, WARNING
from field_app.parts.time_left import moment
from field_app.screens.code_form import CodeForm
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.places import place
from field_app.store.waiting import Waiting
from shared.words import t

WINDOW = 60
ICONS = {"operation": ft.Icons.EDIT_NOTE_ROUNDED, "file": ft.Icons.IMAGE_ROUNDED}


@place("sync", "/sync", order=20, icon=ft.Icons.CLOUD_SYNC_ROUNDED)
@component
def SyncScreen() -> ft.Control:
    """The queue, word by word: nothing of what was captured is out of sight."""
    page = use_page_state()
    limit, set_limit = ft.use_state(WINDOW)
    rescuing, set_rescuing = ft.use_state(False)
    passphrase = kept(TextInHand)
    if not page.is_open:
        return ft.Container()
    waiting = page.session.waiting()
    retry = main_button("retry", page.say("sync.retry"), ft.Icons.SYNC_ROUNDED,
                        lambda _: page.attempt(page.session.sync_now))  # fmt: skip
    content = [
        *_sign_in_again(page),
        *_mended(page),
        _summary(page, waiting),
        _queue(page, waiting[:limit], len(waiting), lambda _: set_limit(limit + WINDOW)),
        keyed("rescue", RescueCard, page, rescuing, set_rescuing, passphrase),
    ]
    return screen(
        head(page.say("sync.title"), page.session.server, narrow=page.narrow),
        content,
        bottom_bar(retry, narrow=page.narrow),
        narrow=page.narrow,
        identifier="screen-sync",
    )


def _sign_in_again(page: PageState) -> list[ft.Control]:
    """An ended session hides nothing: here it is taken up again, with the queue as it is."""
    if page.session.signed_in:
        return []
    form = keyed("code-form", CodeForm, page, page.say("enrol.again"))
    return [
        card(page.say("enrol.again"), ft.Icons.NO_ACCOUNTS_ROUNDED,
             body(page.strip.status.sentence(page.language, page.zone)), form, tone=WARNING)
    ]  # fmt: skip


def _mended(page: PageState) -> list[ft.Control]:
    """The database was damaged and is whole again: what that means, until somebody has read it."""
    done = page.session.repair
    if not done:
        return []
    lost = "outbox" in done["cut"] or "blob" in done["cut"]
    words = page.say("repair.lost" if lost else "repair.whole")
    kept = [label(page.say("repair.kept", name=done["kept"]))] if done["kept"] else []
    read = side_button("repair-read", page.say("repair.read"), ft.Icons.CHECK_ROUNDED,
                       lambda _: page.attempt(page.session.repair_read))  # fmt: skip
    return [card(page.say("repair.title"), ft.Icons.HEALING_ROUNDED, body(words), *kept,
                 ft.Row([read]), tone=WARNING)]  # fmt: skip


def _summary(page: PageState, waiting: list[Waiting]) -> ft.Control:
    operations = sum(item.kind == "operation" for item in waiting)
    last = page.session.last_contact
    status = page.strip.status
    lines: list[ft.Control] = [
        body(status.sentence(page.language, page.zone), bold=True),
        facts(
            fact(page.say("sync.operations"), str(operations)),
            fact(page.say("sync.files"), str(len(waiting) - operations)),
            fact(page.say("sync.last"), moment(last, page.language, page.zone) if last else "–"),
            columns=1 if page.narrow else 3,
        ),
    ]
    lines.append(named("zone", label(page.zone_said(page.zone, page.minute))))
    return card(page.say("sync.state"), ft.Icons.CLOUD_SYNC_ROUNDED, *lines)


def _queue(page: PageState, shown: list[Waiting], total: int, more: object) -> ft.Control:
    if not shown:
        nothing = empty(ft.Icons.CLOUD_DONE_ROUNDED, page.say("sync.empty"),
                        page.say("sync.empty.do"))  # fmt: skip
        return card("", None, nothing)
    rows: list[ft.Control] = [_row(page, item) for item in shown]
    if total > len(shown):
        words = page.say("sync.more", count=total - len(shown))
        rows.append(side_button("sync-more", words, ft.Icons.EXPAND_MORE_ROUNDED,
                                more))  # type: ignore[arg-type]  # fmt: skip
    return card(page.say("sync.queue", count=total), ft.Icons.LIST_ROUNDED, *rows)


def _row(page: PageState, item: Waiting) -> ft.Control:
    size = f" · {item.size / 1000:,.0f} kB" if item.kind == "file" else ""
    what = t(item.what, page.language)
    words = ft.Column(
        [
            body(f"{what}{size}"),
            label(f"{item.label} · {moment(item.captured_at, page.language, page.zone)}"),
            label(item.sentence(page.language)),
        ],
        spacing=2, tight=True, expand=True,
    )  # fmt: skip
    return ft.Container(
        ft.Row([ft.Icon(ICONS[item.kind], color=MUTED, size=28), words], spacing=14),
        padding=ft.Padding.only(bottom=12),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
        key=item.id,
    )


@component
def RescueCard(
    page: PageState, rescuing: bool, set_rescuing: Callable[[bool], None], passphrase: TextInHand
) -> ft.Control:
    """The way out for what cannot be sent: everything unsafe in one encrypted file."""
    _, redraw = ft.use_state("")

    async def save(_: object) -> None:
        package = await page.attempt_away(page.session.rescue_package, passphrase.text)
        if package is None:
            return
        name = page.session.rescue_name()
        path = await page.picker.save_file(file_name=name, src_bytes=package)
        passphrase.put("")
        if path or page.web:
            set_rescuing(False)
            page.tell(page.say("rescue.saved", name=name), OK)

    content: list[ft.Control] = [body(page.say("rescue.lead"), MUTED)]
    if rescuing:
        content.append(banner(page.say("rescue.passphrase.lead"), INFO))
        content.append(
            keyed("passphrase", Field, "rescue-passphrase", page.say("rescue.passphrase"),
                  passphrase, redraw, password=True)
        )  # fmt: skip
        content.append(
            ft.Row([side_button("rescue-save", page.say("rescue.save"), ft.Icons.SAVE_ALT_ROUNDED,
                                save, enabled=bool(passphrase.text))])
        )  # fmt: skip
    else:
        content.append(
            ft.Row([side_button("rescue", page.say("rescue.title"),
                                ft.Icons.MEDICAL_SERVICES_ROUNDED,
                                lambda _: set_rescuing(True))])
        )  # fmt: skip
    return card(page.say("rescue.title"), ft.Icons.MEDICAL_SERVICES_ROUNDED, *content)
