"""A field that no screen lays out by hand is asked for at the end of its step, under its word."""

import pytest

from field_app.screens import plain_fields, steps
from shared.closure.missing import Missing
from shared.ticket.fields import FIELD, Field, Owner
from shared.ticket.shapes import FLAG, TEXT
from tests.field_app.cast import TICKET

TEXT_FIELD = Field("group", Owner.ENGINEER, TEXT, plain="diagnosis")
FLAG_FIELD = Field("warranty", Owner.ENGINEER, FLAG, plain="work")
CODE_FIELD = Field("priority", Owner.ENGINEER, FIELD["priority"].shape, words="priority",
                   plain="work")  # fmt: skip
"""Lines as somebody may add them, under words that there are."""


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    monkeypatch.setattr(plain_fields, "CAPTURED", (TEXT_FIELD, FLAG_FIELD, CODE_FIELD))


def kept(session):
    return session.ticket(TICKET).ticket.record.fields


def test_a_text_is_typed_at_its_step_and_stands_there_again(hand, session):
    hand.go(f"/tickets/{TICKET}/diagnosis")
    assert hand.sees("Grupo")
    assert not hand.has("warranty-yes")
    hand.type("group", "  Guardia de noche ")
    assert kept(session)["group"] == "Guardia de noche"
    hand.go(f"/tickets/{TICKET}/work")
    assert not hand.has("group")
    hand.go(f"/tickets/{TICKET}/diagnosis")
    assert hand.value("group") == "Guardia de noche"


def test_a_flag_and_a_code_are_pressed_and_can_be_put_right(hand, session):
    hand.go(f"/tickets/{TICKET}/work")
    hand.press("warranty-yes")
    assert kept(session)["warranty"] is True
    hand.press("warranty-no")
    assert kept(session)["warranty"] is False
    hand.press("priority-low")
    assert kept(session)["priority"] == "low"


def test_what_lacks_there_leads_to_the_step_that_asks_for_it(monkeypatch):
    monkeypatch.setitem(FIELD, "group", TEXT_FIELD)
    assert steps.step_of(Missing("CL06", "group", "Falta el grupo.", "No group.")) == "diagnosis"
    assert steps.step_of_text("group") == "diagnosis"
    assert steps.step_of(Missing("CL06", "impact", "Falta el impacto.", "No impact.")) is None
