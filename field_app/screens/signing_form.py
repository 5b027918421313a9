"""What the customer answers beside the pad: the choice, who they are, why, how it was."""

from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from field_app.parts.banner import banner
from field_app.parts.buttons import button_row, choice, quiet_button
from field_app.parts.field import Field
from field_app.parts.rating import rating
from field_app.parts.semantics import keyed
from field_app.parts.signature_pad import Pen
from field_app.parts.text import label
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import GAP, INFO
from field_app.screens.page_state import PageState
from field_app.visit.handover import Handover
from shared.ticket.people import has_a_letter
from shared.ticket.shapes import LONGEST_TEXT
from shared.ticket.sign_off import SIGNED, SignOffOutcome, is_enough_ink
from shared.words import t

OUTCOMES = {
    SignOffOutcome.CONFORMITY: ft.Icons.THUMB_UP_ROUNDED,
    SignOffOutcome.REMARKS: ft.Icons.RATE_REVIEW_ROUNDED,
    SignOffOutcome.REFUSED: ft.Icons.DO_NOT_DISTURB_ON_ROUNDED,
    SignOffOutcome.ABSENT: ft.Icons.PERSON_OFF_ROUNDED,
}
POSITIONS = ("area", "systems", "reception", "administration")

Answers = Mapping[str, Any]
Fill = Callable[..., None]


class SigningForm:
    """The customer's answers and what they ask for, for one drawing of the screen."""

    def __init__(
        self,
        page: PageState,
        ticket: str,
        handover: Handover,
        form: Answers,
        fill: Fill,
        texts: Mapping[str, TextInHand],
    ) -> None:
        self.page, self.ticket = page, ticket
        self.content, self.consent = handover.content, handover.consent
        self.form, self.fill, self.texts = form, fill, texts

    @property
    def wants_ink(self) -> bool:
        """Whether somebody is going to sign, as far as one has said."""
        return self.form["outcome"] not in (SignOffOutcome.REFUSED, SignOffOutcome.ABSENT)

    def say(self, key: str, **values: object) -> str:
        """Words in the customer's language."""
        return t(f"tablet.{key}", self.content.language, **values)

    def fields(self) -> list[ft.Control]:
        """The choice, then what it asks for."""
        outcome = self.form["outcome"]
        fields: list[ft.Control] = [self._outcomes()]
        if outcome == SignOffOutcome.REMARKS:
            fields.append(self._field("remarks", "sign.remarks", lines=3))
        if outcome in (SignOffOutcome.REFUSED, SignOffOutcome.ABSENT):
            fields.append(self._field("reason", "sign.reason", lines=2))
        else:
            fields.extend(self._who())
        if outcome != SignOffOutcome.ABSENT:
            fields.extend([label(self.say("sign.rating"), bold=True), self._rating()])
            if self.form["rating"]:
                fields.append(self._field("comment", "sign.comment"))
        if outcome in SIGNED or not outcome:
            fields.append(self._typing_way())
        fields.append(ft.Container(height=12))
        return fields

    def typed_name(self) -> ft.Control:
        """The accessible way: the name typed, before a witness."""
        return ft.Column(
            [
                banner(self.say("sign.typed.lead"), INFO),
                self._field("typed", "sign.typed"),
                self._field("witness", "sign.witness"),
            ],
            spacing=16,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            scroll=ft.ScrollMode.AUTO,
        )

    def no_signature(self) -> ft.Control:
        """What stands where the pad would be."""
        words = self.say(f"sign.{self.form['outcome']}.lead")
        return ft.Column([banner(words, INFO)],
                         horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip

    def lacking(self, pen: Pen | None) -> str:
        """The key of what is still missing; empty when it can be accepted. CL17."""
        form, outcome = self.form, self.form["outcome"]
        if not outcome:
            return "sign.lacks.outcome"
        if any(len(form[name]) > LONGEST_TEXT for name in self.texts):
            return "sign.lacks.shorter"
        if outcome not in SIGNED:
            return "" if has_a_letter(form["reason"]) else "sign.lacks.reason"
        if outcome == SignOffOutcome.REMARKS and not has_a_letter(form["remarks"]):
            return "sign.lacks.remarks"
        if not has_a_letter(form["name"]):
            return "sign.lacks.name"
        if not has_a_letter(form["position"]):
            return "sign.lacks.position"
        if pen is None:
            return ""
        if form["typing"]:
            typed = has_a_letter(form["typed"]) and has_a_letter(form["witness"])
            return "" if typed else "sign.lacks.witness"
        if is_enough_ink(pen.strokes):
            return ""
        return "sign.lacks.more_ink" if pen.strokes else "sign.lacks.ink"

    def accept(self, _: object) -> None:
        """Bind the statement to what was read; a trouble is told in place."""
        form, page = self.form, self.page
        said = {name: form[name].strip() for name in ("name", "position", "reason", "remarks")}
        if form["typing"]:
            said |= {"typed": form["typed"].strip(), "witness": form["witness"].strip()}
        unsigned = form["typing"] or form["outcome"] not in SIGNED
        page.attempt(
            lambda: page.session.sign(
                self.ticket, form["outcome"], rating=form["rating"],
                comment=form["comment"].strip(), text=self.consent,
                locale=self.content.language, strokes=() if unsigned else None, **said,
            )
        )  # fmt: skip

    def _outcomes(self) -> ft.Control:
        all_four = [self._outcome(code) for code in OUTCOMES]
        if self.page.narrow:
            return ft.Column(all_four, spacing=GAP, tight=True,
                             horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
        rows: list[ft.Control] = [
            ft.Row(pair, spacing=GAP, intrinsic_height=True,
                   vertical_alignment=ft.CrossAxisAlignment.STRETCH)
            for pair in (all_four[:2], all_four[2:])
        ]  # fmt: skip
        return ft.Column(rows, spacing=GAP, tight=True)

    def _outcome(self, code: SignOffOutcome) -> ft.Control:
        words = t(f"process.signoff.{code}", self.content.language)
        return choice(
            f"outcome-{code}",
            words,
            OUTCOMES[code],
            lambda _: self.fill(outcome=str(code)),
            selected=self.form["outcome"] == code,
            expand=not self.page.narrow,
        )

    def _who(self) -> list[ft.Control]:
        fields: list[ft.Control] = [self._field("name", "sign.name")]
        requester = self.page.session.ticket(self.ticket).ticket.requester.name
        if requester and not self.form["name"]:
            fields.append(button_row(choice("name-requester", requester, ft.Icons.PERSON_ROUNDED,
                                            lambda _: self.fill(name=requester))))  # fmt: skip
        fields.append(self._field("position", "sign.position"))
        if not self.form["position"]:
            fields.append(button_row(*(self._position(code) for code in POSITIONS)))
        return fields

    def _position(self, code: str) -> ft.Control:
        words = self.say(f"position.{code}")
        return choice(f"position-{code}", words, ft.Icons.BADGE_ROUNDED,
                      lambda _: self.fill(position=words))  # fmt: skip

    def _rating(self) -> ft.Control:
        return rating(self.form["rating"], lambda stars: self.fill(rating=stars),
                      self.content.language)  # fmt: skip

    def _typing_way(self) -> ft.Control:
        typing = self.form["typing"]
        return quiet_button(
            "sign-typing", self.say("sign.by_hand" if typing else "sign.by_typing"),
            ft.Icons.DRAW_ROUNDED if typing else ft.Icons.KEYBOARD_ROUNDED,
            lambda _: self.fill(typing=not typing),
        )  # fmt: skip

    def _field(self, name: str, key: str, lines: int = 1) -> ft.Control:
        return keyed(
            f"sign-{name}", Field, f"sign-{name}", self.say(key), self.texts[name],
            lambda text: self.fill(**{name: text}), lines=lines, error=self._wrong(name),
            unprinted=self.say("field.unprintable"),
        )  # fmt: skip

    def _wrong(self, name: str) -> str:
        """What is wrong with a text as it stands, though nothing is missing."""
        text = self.form[name]
        if len(text) > LONGEST_TEXT:
            return self.say("field.too_long", count=f"{len(text):,}", most=f"{LONGEST_TEXT:,}")
        if name != "comment" and text.strip() and not has_a_letter(text):
            return self.say("sign.no_letter")
        return ""
