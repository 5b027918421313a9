"""What a visit is made of, for the tests of a tablet before the small office."""

from field_app.app.tablet import Tablet
from field_app.session.session import Session
from field_app.session.session_state import Stage
from field_app.session.status import Phase
from tests.field_app.cast import STROKES, TICKET, photo


def run(tablet: Tablet) -> None:
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.run()


def stage(session: Session) -> Stage:
    return session.stage


def phase(session: Session) -> Phase:
    return session.status.phase


def finished(session) -> None:
    """Everything that the checklist wants, but the signature."""
    session.arrive(TICKET)
    session.append(TICKET, "contacts", how="in_person", **{"with": "Lic. Ibáñez"})
    session.set_field(
        TICKET, history_reviewed=True, serial_matched=True,
        meter={"total": 284342, "bw": 201580, "colour": 82762},
        diagnosis="El fusor no calienta: vida útil agotada al 118 %.", root_cause="CR-FUS-01",
        solution="Se cambió el fusor y se probó.", final_classification="FC01",
    )  # fmt: skip
    session.append(TICKET, "actions", text="Cambio de fusor")
    session.append(TICKET, "parts_used", code="REF-FUS-A3C", quantity=1)
    session.keep_photo(TICKET, "before", photo("navy"), caption="Antes")
    session.keep_photo(TICKET, "after", photo("olive"), caption="Después")
    now = session.now()
    session.append(
        TICKET, "time_entries", kind="work", start=(now).isoformat(),
        end=(now.replace(minute=30)).isoformat(),
    )  # fmt: skip
    session.set_field(TICKET, test_result="passed", tested_at=session.now().isoformat())
    session.set_field(TICKET, departed_at=now.replace(minute=40).isoformat())


def signed(session, **more) -> None:
    session.sign(
        TICKET, "conformity", name="Marta Ibáñez", position="Administradora", strokes=STROKES,
        text="He leído y acepto.", rating=5, **more,
    )  # fmt: skip
