"""What the screens say where it depends on a number, or on two codes that are called the same."""

import flet as ft
import pytest

from field_app.app.tablet import Tablet
from tests.field_app.cast import NOW, TICKET
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice


def ask(tablet: Tablet) -> None:
    tablet.engine.poke()
    tablet.engine.step()


def test_a_kind_is_said_once_when_nature_and_type_are_called_the_same(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    small_office.office_sets(TICKET, type="technical_fault")
    ask(tablet)
    hand.press(f"ticket-{visit.FOLIO}")
    hand.until(lambda: "Falla técnica" in hand.words())
    assert not hand.sees("Falla técnica ·")


def test_a_nature_and_another_type_are_both_said(hand: Hand):
    hand.press(f"ticket-{visit.FOLIO}")
    assert hand.sees("Falla técnica · Equipo detenido")


@pytest.mark.parametrize(
    ("rules", "es", "en"),
    [(("CL06",), "El servidor pide corregir 1 dato", "The server asks for 1 correction"),
     (("CL06", "CL09"), "El servidor pide corregir 2 datos", "The server asks for 2 corrections")],
)  # fmt: skip
def test_the_ticket_counts_what_is_to_be_corrected(
    hand: Hand, tablet: Tablet, small_office: SmallOffice, rules, es, en
):
    missing = [
        {"rule": rule, "field": "diagnosis", "sentences": {"es": rule, "en": rule}}
        for rule in rules
    ]
    asked = {"at": NOW.isoformat(), "missing": missing}
    small_office.assign(TICKET, state="in_analysis", finalise_missing=asked)
    ask(tablet)
    hand.press(f"ticket-{visit.FOLIO}")
    hand.until(lambda: es in hand.words())
    hand.go("/settings")
    hand.press("language-en")
    hand.go(f"/tickets/{TICKET}")
    assert en in hand.words()


NEW = {"rule": "CL06", "field": "diagnosis", "new": True,
       "sentences": {"es": "Falta la nota.", "en": "The note is missing."}}  # fmt: skip
KNOWN = {"rule": "CL09", "field": "test_result",
         "sentences": {"es": "Falta la prueba.", "en": "The test is missing."}}  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "said"),
    [((KNOWN, NEW), "1 dato se pide por una regla nueva: el servidor ya no acepta la lista"),
     ((NEW, NEW), "2 datos se piden por reglas nuevas: el servidor ya no acepta la lista"),
     ((KNOWN,), None)],
)  # fmt: skip
def test_the_review_says_which_rules_are_new(
    hand: Hand, tablet: Tablet, small_office: SmallOffice, missing, said
):
    asked = {"at": NOW.isoformat(), "missing": list(missing)}
    small_office.assign(TICKET, state="in_analysis", finalise_missing=asked)
    ask(tablet)
    hand.go(f"/tickets/{TICKET}/review")
    hand.until(lambda: hand.sees("El servidor pide corregir"))
    assert hand.sees("Regla nueva: Falta la nota.") == (NEW in missing)
    assert hand.sees("Falta la prueba.") == (KNOWN in missing)
    assert not hand.sees("Regla nueva: Falta la prueba.")
    assert hand.sees("ya no acepta la lista de cierre anterior") == (said is not None)
    assert said is None or hand.sees(said)


def test_the_solution_is_the_engineer_s_in_words_that_the_customer_understands(hand: Hand):
    hand.go(f"/tickets/{TICKET}/work")
    labels = {str(c.label) for c in hand.walk() if isinstance(c, ft.TextField)}
    assert "Solución, en palabras que el cliente entienda" in labels
    assert hand.sees("Refacciones usadas")


def test_a_contested_result_of_the_test_is_told_in_words(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    tablet.session.set_field(TICKET, test_result="passed")
    small_office.office_sets(TICKET, test_result="failed")
    ask(tablet)
    hand.press(f"ticket-{visit.FOLIO}")
    hand.until(lambda: hand.sees("Prueba"))
    hand.until(lambda: hand.sees("Aprobada"))
    assert not hand.sees("passed")
