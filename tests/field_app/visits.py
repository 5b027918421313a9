"""What a visit is made of, for the tests of a tablet before the small office."""

from typing import Any

from field_app.app.tablet import Tablet
from field_app.session.session import Session
from field_app.session.session_state import Stage
from field_app.session.status import Phase
from tests.field_app.cast import STROKES, TICKET
from tests.visits import SIGNER, OnTablet, work_on_site


def run(tablet: Tablet) -> None:
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.run()


def stage(session: Session) -> Stage:
    return session.stage


def phase(session: Session) -> Phase:
    return session.status.phase


def finished(session: Session) -> None:
    """Everything that the checklist wants, but the signature."""
    work_on_site(OnTablet(session, TICKET))


def signed(session: Session, **more: Any) -> None:
    session.sign(
        TICKET, "conformity", **SIGNER, strokes=STROKES, text="He leído y acepto.", rating=5, **more
    )
