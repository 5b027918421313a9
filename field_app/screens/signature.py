"""Firma: the customer's answers and the pad, the ink kept at each lift of the finger."""

from collections.abc import Callable, Mapping

import flet as ft

from field_app.parts.buttons import main_button, side_button
from field_app.parts.component_state import kept
from field_app.parts.net import component
from field_app.parts.scaffold import bottom_bar
from field_app.parts.signature_pad import Pen, SignaturePad
from field_app.parts.text import label
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import LINE, MUTED, PAGE, PAPER
from field_app.screens.handover import customer_screen
from field_app.screens.page_state import PageState
from field_app.screens.signing_form import Answers, Fill, SigningForm
from field_app.visit.handover import Handover

STROKES = "strokes"
BESIDE_FROM, FORM_WIDTH = 900, 500
"""dp of width from which the form and the pad stand side by side, and how wide the form is."""


@component
def Signature(
    page: PageState,
    ticket: str,
    handover: Handover,
    answers: Answers,
    fill: Fill,
    texts: Mapping[str, TextInHand],
    on_leave: Callable[[], object],
) -> ft.Control:
    """On a tablet the form beside the pad; on a phone first the one, then the other."""
    pen = kept(lambda: Pen(page.session.draft(ticket, STROKES) or []))
    version, redraw = ft.use_state(0)
    writing, set_writing = ft.use_state(False)
    form = SigningForm(page, ticket, handover, answers, fill, texts)

    def keep() -> None:
        # On the disk before the next stroke begins: neither a turn nor a fall loses one.
        page.touch()
        page.session.save_draft(ticket, STROKES, pen.strokes)
        redraw(lambda count: count + 1)

    def clear(_: object) -> None:
        pen.clear()
        keep()

    paper = _pad(form, pen, ft.use_callback(keep, [ticket]), version)
    if answers["typing"]:
        paper = form.typed_name()
    erase = side_button("clear", form.say("sign.clear"), ft.Icons.BACKSPACE_ROUNDED, clear,
                        enabled=bool(pen.strokes))  # fmt: skip
    erase.visible = form.wants_ink and not answers["typing"]
    on_pad = writing and form.wants_ink and page.width < BESIDE_FROM
    if page.width >= BESIDE_FROM:
        body, bottom = _side_by_side(form, paper), _bar(form, pen, erase)
    elif on_pad:
        body, bottom = _pad_alone(paper, erase), _bar(form, pen)
    else:
        body = _form_alone(form)
        bottom = _bar(form, pen) if not form.wants_ink else _to_pad(form, set_writing)
    return customer_screen(
        page,
        form.say("sign.title"),
        f"{handover.content.letterhead.name} · {handover.content.folio}",
        form.say("handover.engineer"),
        on_leave,
        body,
        bottom,
        back=(form.say("sign.back"), lambda _: set_writing(False)) if on_pad else None,
    )


def _pad(form: SigningForm, pen: Pen, on_lift: Callable[[], object], version: int) -> ft.Control:
    return ft.Semantics(
        identifier="pad",
        label=form.say("sign.pad"),
        content=SignaturePad(pen, on_lift, form.say("sign.here"), version),
        expand=True,
    )


def _side_by_side(form: SigningForm, paper: ft.Control) -> ft.Control:
    left = ft.Container(
        _fields(form),
        width=FORM_WIDTH,
        padding=ft.Padding.only(left=PAGE, right=16, top=16),
        border=ft.Border.only(right=ft.BorderSide(1, LINE)),
        bgcolor=PAPER,
    )
    right = paper if form.wants_ink else form.no_signature()
    return ft.Row(
        [left, ft.Container(right, padding=16, expand=True)],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _form_alone(form: SigningForm) -> ft.Control:
    around = ft.Padding.symmetric(horizontal=16, vertical=16)
    return ft.Container(_fields(form), padding=around, expand=True)


def _pad_alone(paper: ft.Control, erase: ft.Control) -> ft.Control:
    # «Borrar» stands above the pad and «Firmar y aceptar» below it: never one for the other.
    content = ft.Column([ft.Row([erase]), paper], spacing=12, expand=True)
    return ft.Container(content, padding=16, expand=True)


def _fields(form: SigningForm) -> ft.Control:
    return ft.Column(
        form.fields(),
        spacing=16,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _bar(form: SigningForm, pen: Pen, erase: ft.Control | None = None) -> ft.Control:
    """Erase at one end, accept at the other, and between them what is still missing."""
    lacking, narrow = form.lacking(pen), form.page.narrow
    words = form.say("sign.accept" if form.wants_ink else "sign.accept_unsigned")
    accept = main_button("accept", words, ft.Icons.DRAW_ROUNDED, form.accept,
                         enabled=not lacking, expand=narrow)  # fmt: skip
    if narrow:
        return bottom_bar(accept, narrow=True)
    hint = label(form.say(lacking) if lacking else "", MUTED)
    hint.text_align = ft.TextAlign.END
    return bottom_bar(*([erase] if erase else []), ft.Container(hint, expand=True), accept)


def _to_pad(form: SigningForm, set_writing: Callable[[bool], None]) -> ft.Control:
    """On a phone: from the form to the pad."""
    go = main_button("to-pad", form.say("sign.to_pad"), ft.Icons.DRAW_ROUNDED,
                     lambda _: set_writing(True), enabled=not form.lacking(None))  # fmt: skip
    return bottom_bar(go, narrow=True)
