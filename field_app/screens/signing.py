"""The tablet in the customer's hands: read, sign, give back. Nothing else can be reached."""

import logging
from collections.abc import Mapping
from typing import Any

import flet as ft

from field_app.parts.component_state import kept, state
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text_in_hand import TextInHand
from field_app.screens.hand_back import HandBack
from field_app.screens.handover import Handover
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.signature import Signature
from field_app.screens.signing_form import Fill
from field_app.visit.handover import Handover as Read

log = logging.getLogger("folio.screen")

FORM = "sign_off"
EMPTY: Mapping[str, Any] = {
    "phase": "read", "covers": "", "outcome": "", "name": "", "position": "", "remarks": "",
    "reason": "", "typed": "", "witness": "", "rating": None, "comment": "", "typing": False,
}  # fmt: skip

TEXTS = frozenset({"name", "position", "remarks", "reason", "typed", "witness", "comment"})


@component
def Signing() -> ft.Control:
    """The customer's screens; empty for the moment in which the tablet is given back."""
    page = use_page_state()
    ticket = page.session.signing
    if not ticket:
        return ft.Container()
    return keyed(f"signing-{ticket}", SigningOf, page, ticket)


@component
def SigningOf(page: PageState, ticket: str) -> ft.Control:
    """Read, sign, give back, in the customer's language; what was filled in survives a restart."""
    form, set_form = state(lambda: _kept(page, ticket))
    leaving, set_leaving = ft.use_state(False)
    texts = kept(lambda: {name: TextInHand(form[name]) for name in TEXTS})

    def fill(**values: Any) -> None:
        # From what is kept, not from what was drawn: two answers may come between two drawings.
        after = {**_kept(page, ticket), **values}
        page.touch()
        page.session.save_draft(ticket, FORM, after)
        set_form(after)
        for name in TEXTS.intersection(values):
            # What the field said itself is there already; what was pressed goes into it.
            if texts[name].text != values[name]:
                texts[name].put(values[name])

    try:
        handover = ft.use_memo(lambda: page.session.handover(ticket),
                               [ticket, page.revision, form["phase"], form["covers"]])  # fmt: skip
    except Exception:
        # Nothing can be read, so nothing is signed: the way out is the engineer's PIN.
        log.exception("what is to be signed cannot be shown")
        return keyed("unreadable", HandBack, page, ticket, page.language, lambda: None)
    content = handover.content
    if page.session.sign_off_status(ticket) == "valid":
        return keyed("back", HandBack, page, ticket, content.language, None)
    if leaving:
        return keyed("leave", HandBack, page, ticket, content.language,
                     lambda: set_leaving(False))  # fmt: skip
    if form["phase"] == "read" or not handover.was_read:
        return keyed("read", Handover, page, content, form["phase"] == "sign",
                     lambda: _read(page, ticket, handover, fill),
                     lambda: set_leaving(True))  # fmt: skip
    return keyed(
        "sign", Signature, page, ticket, handover, form, fill, texts, lambda: set_leaving(True)
    )


def _read(page: PageState, ticket: str, handover: Read, fill: Fill) -> None:
    page.session.keep_read(ticket, handover)
    fill(phase="sign", covers=handover.covers)


def _kept(page: PageState, ticket: str) -> dict[str, Any]:
    return {**EMPTY, **(page.session.draft(ticket, FORM) or {})}
