"""The sync strip: one true sentence at any time."""

import pytest

from field_app.session.status import Phase
from tests.field_app.cast import NOW, TICKET, photo
from tests.field_app.small_office import problem
from tests.field_app.visits import phase


def test_the_strip_says_saved_then_synchronised_only_after_the_files(tablet, small_office):
    session = tablet.session
    session.keep_photo(TICKET, "before", photo())
    assert session.status.sentence("es") == "Guardado en la tableta"
    small_office.answer = lambda request: (
        None if "blobs" not in request.url.path else problem(413, "too-large")
    )
    tablet.engine.poke()
    tablet.engine.step()
    assert phase(session) is Phase.TROUBLE
    assert "a salvo en la tableta" in session.status.sentence("es")
    small_office.answer = lambda request: None
    tablet.engine.poke()
    tablet.engine.step()
    assert phase(session) is Phase.SYNCHRONISED


def test_the_strip_says_that_one_may_go_on_without_a_signal(tablet, small_office):
    small_office.down = True
    tablet.engine.poke()
    tablet.engine.step()
    assert tablet.session.status.sentence("es") == "Sin señal: puede seguir trabajando"


@pytest.mark.parametrize(
    ("rules", "es", "en"),
    [
        (("CL06",), "Recibido; el servidor pide corregir 1 dato",
         "Received; the server asks for 1 correction"),
        (("CL06", "CL09"), "Recibido; el servidor pide corregir 2 datos",
         "Received; the server asks for 2 corrections"),
    ],
)  # fmt: skip
def test_the_strip_counts_what_the_office_asks_to_correct(tablet, small_office, rules, es, en):
    session = tablet.session
    missing = {"at": NOW.isoformat(), "missing": [{"rule": rule} for rule in rules]}
    small_office.assign(TICKET, state="in_analysis", finalise_missing=missing)
    tablet.engine.poke()
    tablet.engine.step()
    assert session.status.sentence("es") == es
    assert session.status.sentence("en") == en


@pytest.mark.parametrize(
    ("changes", "es", "en"),
    [
        (0, "Recibido por el servidor a las", "Received by the server at"),
        (1, "Sincronizado: 1 de 1 cambio recibido", "Synchronised: 1 of 1 change received"),
        (2, "Sincronizado: 2 de 2 cambios recibidos", "Synchronised: 2 of 2 changes received"),
    ],
)
def test_the_strip_counts_the_changes_that_the_office_has(tablet, changes, es, en):
    session = tablet.session
    for number in range(changes):
        session.append(TICKET, "notes", text=f"Nota {number}")
    tablet.engine.poke()
    tablet.engine.step()
    assert session.status.sentence("es").startswith(es)
    assert session.status.sentence("en").startswith(en)
