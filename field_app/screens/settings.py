"""Ajustes: language, theme, PIN, who is here, and the way out, refused while work is unsent."""

import flet as ft

from field_app.parts.buttons import button_row, choice, side_button
from field_app.parts.card import card, fact, facts
from field_app.parts.field import text_field
from field_app.parts.scaffold import head, screen
from field_app.parts.semantics import named
from field_app.parts.text import body
from field_app.parts.theme import MUTED, OK, THEMES
from field_app.screens.page_state import PageState, use_page_state

ICONS = {
    "system": ft.Icons.BRIGHTNESS_AUTO_ROUNDED,
    "light": ft.Icons.LIGHT_MODE_ROUNDED,
    "sun": ft.Icons.WB_SUNNY_ROUNDED,
    "dark": ft.Icons.DARK_MODE_ROUNDED,
    "night": ft.Icons.NIGHTLIGHT_ROUNDED,
}
LANGUAGES = {"es": "Español", "en": "English"}


@ft.component
def SettingsScreen() -> ft.Control:
    """Everything takes effect at once."""
    face = use_page_state()
    changing, set_changing = ft.use_state(False)
    old, set_old = ft.use_state("")
    new, set_new = ft.use_state("")
    if not face.is_open:
        return ft.Container()

    def change_pin(_: object) -> None:
        if face.attempt(lambda: _changed_pin(face, old, new)):
            set_changing(False)
            set_old("")
            set_new("")
            face.tell(face.say("settings.pin.changed"), OK)

    pin: list[ft.Control] = [ft.Row([
        side_button("pin-change", face.say("settings.pin.change"), ft.Icons.PASSWORD_ROUNDED,
                    lambda _: set_changing(not changing)),
    ])]  # fmt: skip
    if changing:
        pin = [
            named("pin-old", text_field(face.say("settings.pin.old"), old,
                                        lambda e: set_old(e.control.value or ""), number=True,
                                        password=True)),
            named("pin-new", text_field(face.say("settings.pin.new"), new,
                                        lambda e: set_new(e.control.value or ""), number=True,
                                        password=True)),
            ft.Row([side_button("pin-save", face.say("settings.pin.save"),
                                ft.Icons.CHECK_ROUNDED, change_pin,
                                enabled=len(old) >= 4 and len(new) >= 4)]),
        ]  # fmt: skip
    return screen(
        head(face.say("settings.title"), narrow=face.narrow),
        [_language(face), _theme(face),
         card(face.say("settings.pin"), ft.Icons.PIN_ROUNDED, *pin), _person(face)],
        narrow=face.narrow,
        identifier="screen-settings",
    )  # fmt: skip


def _changed_pin(face: PageState, old: str, new: str) -> None:
    face.session.unlock(old)
    face.session.set_pin(new)


def _language(face: PageState) -> ft.Control:
    return card(
        face.say("settings.language"),
        ft.Icons.TRANSLATE_ROUNDED,
        button_row(
            *(
                choice(f"language-{code}", words, None,
                       lambda _, code=code: face.session.set_language(code),
                       selected=face.language == code)
                for code, words in LANGUAGES.items()
            )
        ),
    )  # fmt: skip


def _theme(face: PageState) -> ft.Control:
    return card(
        face.say("settings.theme"),
        ft.Icons.PALETTE_ROUNDED,
        body(face.say("settings.theme.lead"), MUTED),
        button_row(
            *(
                choice(f"theme-{name}", face.say(f"theme.{name}"), ICONS[name],
                       lambda _, name=name: face.session.set_preference("theme", name),
                       selected=face.theme == name)
                for name in THEMES
            )
        ),
    )  # fmt: skip


def _person(face: PageState) -> ft.Control:
    user = face.session.user
    content: list[ft.Control] = []
    if user:
        content.append(
            facts(fact(user.name, user.email), fact(face.say("settings.server"),
                                                    face.session.server),
                  columns=1 if face.narrow else 2)
        )  # fmt: skip

    async def sign_out(_: object) -> None:
        # The platform's store of secrets must not be waited for on the loop.
        await face.attempt_away(face.session.sign_out)

    others = [a for a in face.session.accounts if not a.selected]
    content.append(
        button_row(
            side_button("lock", face.say("settings.lock"), ft.Icons.LOCK_ROUNDED,
                        lambda _: face.session.lock()),
            *(
                side_button(f"account-{other.user.id}", other.user.name,
                            ft.Icons.SWITCH_ACCOUNT_ROUNDED,
                            lambda _, other=other: face.session.choose(other.user.id))
                for other in others
            ),
            side_button("sign-out", face.say("settings.sign_out"), ft.Icons.LOGOUT_ROUNDED,
                        sign_out, danger=True),
        )
    )  # fmt: skip
    return card(face.say("settings.person"), ft.Icons.PERSON_ROUNDED, *content)
