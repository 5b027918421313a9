"""Ajustes: language, theme, PIN, who is here, and the way out, refused while work is unsent."""

import flet as ft

from field_app.parts.buttons import button_row, choice, side_button
from field_app.parts.card import card, fact, facts
from field_app.parts.component_state import kept
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.scaffold import head, screen
from field_app.parts.semantics import keyed
from field_app.parts.text import body
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import MUTED, OK, THEMES
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.places import place

ICONS = {
    "system": ft.Icons.BRIGHTNESS_AUTO_ROUNDED,
    "light": ft.Icons.LIGHT_MODE_ROUNDED,
    "sun": ft.Icons.WB_SUNNY_ROUNDED,
    "dark": ft.Icons.DARK_MODE_ROUNDED,
    "night": ft.Icons.NIGHTLIGHT_ROUNDED,
}
LANGUAGES = {"es": "Español", "en": "English"}


@place("settings", "/settings", order=30, icon=ft.Icons.SETTINGS_ROUNDED)
@component
def SettingsScreen() -> ft.Control:
    """Everything takes effect at once."""
    page = use_page_state()
    changing, set_changing = ft.use_state(False)
    old, new = kept(TextInHand), kept(TextInHand)
    _, redraw = ft.use_state((0, 0))

    def typed(_: str) -> None:
        redraw((len(old.text), len(new.text)))

    if not page.is_open:
        return ft.Container()

    def change_pin(_: object) -> None:
        if page.attempt(lambda: _changed_pin(page, old.text, new.text)):
            set_changing(False)
            old.put("")
            new.put("")
            page.tell(page.say("settings.pin.changed"), OK)

    pin: list[ft.Control] = [ft.Row([
        side_button("pin-change", page.say("settings.pin.change"), ft.Icons.PASSWORD_ROUNDED,
                    lambda _: set_changing(not changing)),
    ])]  # fmt: skip
    if changing:
        pin = [
            keyed("pin-old", Field, "pin-old", page.say("settings.pin.old"), old, typed,
                  number=True, password=True),
            keyed("pin-new", Field, "pin-new", page.say("settings.pin.new"), new, typed,
                  number=True, password=True),
            ft.Row([side_button("pin-save", page.say("settings.pin.save"),
                                ft.Icons.CHECK_ROUNDED, change_pin,
                                enabled=len(old.text) >= 4 and len(new.text) >= 4)]),
        ]  # fmt: skip
    return screen(
        head(page.say("settings.title"), narrow=page.narrow),
        [_language(page), _theme(page),
         card(page.say("settings.pin"), ft.Icons.PIN_ROUNDED, *pin), _person(page),
         _faults(page)],
        narrow=page.narrow,
        identifier="screen-settings",
    )  # fmt: skip


def _changed_pin(page: PageState, old: str, new: str) -> None:
    page.session.unlock(old)
    page.session.set_pin(new)


def _language(page: PageState) -> ft.Control:
    return card(
        page.say("settings.language"),
        ft.Icons.TRANSLATE_ROUNDED,
        button_row(
            *(
                choice(f"language-{code}", words, None,
                       lambda _, code=code: page.session.set_language(code),
                       selected=page.language == code)
                for code, words in LANGUAGES.items()
            )
        ),
    )  # fmt: skip


def _theme(page: PageState) -> ft.Control:
    return card(
        page.say("settings.theme"),
        ft.Icons.PALETTE_ROUNDED,
        body(page.say("settings.theme.lead"), MUTED),
        button_row(
            *(
                choice(f"theme-{name}", page.say(f"theme.{name}"), ICONS[name],
                       lambda _, name=name: page.session.set_preference("theme", name),
                       selected=page.theme == name)
                for name in THEMES
            )
        ),
    )  # fmt: skip


def _faults(page: PageState) -> ft.Control:
    text = page.session.fault_log()

    async def copy(_: object) -> None:
        about = f"{page.brand.product} {page.session.settings.version}, {page.now().isoformat()}"
        await page.clipboard.set(f"{about}\n{text}")
        page.tell(page.say("settings.faults.copied"), OK)

    lead = page.say("settings.faults.lead" if text else "settings.faults.none")
    way = [side_button("faults-copy", page.say("settings.faults.copy"),
                       ft.Icons.CONTENT_COPY_ROUNDED, copy)] if text else []  # fmt: skip
    return card(page.say("settings.faults"), ft.Icons.BUG_REPORT_ROUNDED, body(lead, MUTED), *way)


def _person(page: PageState) -> ft.Control:
    user = page.session.user
    content: list[ft.Control] = []
    if user:
        content.append(
            facts(fact(user.name, user.email), fact(page.say("settings.server"),
                                                    page.session.server),
                  columns=1 if page.narrow else 2)
        )  # fmt: skip

    async def sign_out(_: object) -> None:
        # The platform's store of secrets must not be waited for on the loop.
        await page.attempt_away(page.session.sign_out)

    others = [a for a in page.session.accounts if not a.selected]
    content.append(
        button_row(
            side_button("lock", page.say("settings.lock"), ft.Icons.LOCK_ROUNDED,
                        lambda _: page.session.lock()),
            *(
                side_button(f"account-{other.user.id}", other.user.name,
                            ft.Icons.SWITCH_ACCOUNT_ROUNDED,
                            lambda _, other=other: page.session.choose(other.user.id))
                for other in others
            ),
            side_button("sign-out", page.say("settings.sign_out"), ft.Icons.LOGOUT_ROUNDED,
                        sign_out, danger=True),
        )
    )  # fmt: skip
    return card(page.say("settings.person"), ft.Icons.PERSON_ROUNDED, *content)
