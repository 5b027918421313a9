"""A tablet without signal finishes by the checklist it was shown, for thirty days and no longer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared.closure.checklist import FIRST_VERSION
from tests.newer_checklist import EARLIER, INVENTED, NEWER, declare_a_newer_rule
from tests.office import Clock, RunningOffice
from tests.raw_tablet import Json, RawTablet
from tests.sync_server.conftest import Enrol
from tests.sync_server.tablets import photo
from tests.sync_server.visit import Visit

TERM = timedelta(days=30)
INSTANT = timedelta(microseconds=1)
"""The least by which two times that are kept can differ."""


class StandingClock(Clock):
    """A time of day that moves only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2026, 3, 9, 16, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at + self.offset


@pytest.fixture
def office(office: RunningOffice) -> RunningOffice:
    """By a clock that stands."""
    office.stop()
    office.clock = StandingClock()
    return office.start()


@dataclass(frozen=True)
class Yesterday:
    """A tablet that finished a visit by the earlier version, before an office of the newer one."""

    office: RunningOffice
    tablet: RawTablet
    visit: Visit

    def asks(self, after: timedelta = timedelta(), checklist: int | None = None) -> Json:
        """It finalises, and the words arrive so long after; the result."""
        body = {"report": self.visit.pdf, "record_digest": self.visit.pdf_digest}
        said = {} if checklist is None else {"checklist": checklist}
        self.visit.does(self.tablet.commands(self.visit.ticket, "finalise", **body, **said))
        self.office.clock.offset += after
        return self.visit.push()[-1]

    def notes_and_asks(self) -> Json:
        self.visit.appends("notes", at=self.visit.at(), text="Por la lista 2")
        return self.asks()

    @property
    def is_closed(self) -> bool:
        return bool(self.office.fields(self.visit.ticket)["state"] == "closed")


@pytest.fixture
def renew(office: RunningOffice, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Puts the office on a release with one more rule."""

    def renewed() -> None:
        office.stop()
        declare_a_newer_rule(monkeypatch)
        office.start()

    return renewed


@pytest.fixture
def yesterday(office: RunningOffice, enrol: Enrol, renew: Callable[[], None]) -> Yesterday:
    """It pulled, and with it the newer version, just now; its files are here."""
    renew()
    tablet = enrol()
    visit = Visit(tablet, office.ticket()).work().sign().report()
    visit.upload()
    return Yesterday(office, tablet, visit)


def test_every_tablet_hears_of_the_version(office, tablet: RawTablet, renew):
    tablet.pull()
    assert tablet.holds("catalogue")["checklist"]["doc"] == {
        "name": "checklist",
        "version": EARLIER,
    }
    renew()
    [change] = tablet.pull()
    assert change["doc"] == {"name": "checklist", "version": NEWER}
    office.stop()
    office.start()
    assert tablet.pull() == []


@pytest.mark.parametrize("checklist", [None, EARLIER])
def test_to_the_last_moment_of_the_term_the_earlier_rules_hold(yesterday: Yesterday, checklist):
    assert yesterday.asks(TERM, checklist)["outcome"] == "applied"
    assert yesterday.is_closed
    judged_by = yesterday.office.fields(yesterday.visit.ticket)["finalised"]["checklist"]
    assert judged_by == (checklist or FIRST_VERSION)


@pytest.mark.parametrize("checklist", [None, EARLIER])
def test_after_it_today_s_rules_hold_and_the_tablet_is_told_which_are_new(
    yesterday: Yesterday, checklist
):
    result = yesterday.asks(TERM + INSTANT, checklist)
    assert result["outcome"] == "rejected"
    sentence = "Falta la nota «lista 2»."
    assert result["missing"] == [
        {
            "rule": INVENTED, "field": "notes", "sentence": sentence, "new": True,
            "sentences": {"es": sentence, "en": "The note «lista 2» is missing."},
        }
    ]  # fmt: skip
    told = yesterday.office.fields(yesterday.visit.ticket)["finalise_missing"]
    assert told["missing"] == result["missing"]
    assert yesterday.notes_and_asks()["outcome"] == "applied"
    assert yesterday.is_closed


def test_only_what_came_since_is_new(yesterday: Yesterday):
    yesterday.visit.sets(root_cause=None)
    yesterday.visit.sign().report()
    found = yesterday.asks(TERM + INSTANT)["missing"]
    assert {m["rule"]: m.get("new", False) for m in found if not m.get("waits")} == {
        "CL07": False, INVENTED: True,
    }  # fmt: skip


def test_who_asks_by_today_s_version_is_judged_by_it_and_nothing_is_new(yesterday: Yesterday):
    result = yesterday.asks(checklist=NEWER)
    assert [(m["rule"], m.get("new")) for m in result["missing"]] == [(INVENTED, None)]


def test_the_term_begins_when_the_version_first_went_out_to_this_very_tablet(
    office: RunningOffice, enrol: Enrol, renew
):
    before = Visit(enrol(), office.ticket()).work().sign().report()
    renew()
    other = enrol()
    other.pull()
    office.clock.forward(days=31)
    before.upload()
    assert Yesterday(office, before.tablet, before).asks()["outcome"] == "applied"
    late = Visit(other, office.ticket()).work().sign().report()
    late.upload(late.pdf)
    other.cursors = {}
    other.pull()
    assert Yesterday(office, other, late).asks()["outcome"] == "rejected"


def test_a_tablet_under_a_new_identity_has_the_term_it_had(yesterday: Yesterday):
    tablet = yesterday.tablet
    yesterday.visit.push()
    yesterday.office.clock.offset += TERM + INSTANT
    [told] = tablet.hello(last_hash="0" * 64)["actions"]
    assert told["do"] == "reidentify"
    tablet.device_id, tablet.token, tablet.n = told["device_id"], told["token"], 0
    assert yesterday.asks()["outcome"] == "rejected"


def test_what_was_asked_in_time_may_get_its_last_file_later(yesterday: Yesterday):
    visit = yesterday.visit
    last = visit.keeps("after", photo(3), caption="Bandeja")
    visit.sign().report()
    visit.upload(visit.pdf)
    assert {m["rule"] for m in yesterday.asks(TERM)["missing"]} == {"CL12"}
    yesterday.office.clock.offset += INSTANT
    assert not yesterday.is_closed
    visit.upload(last)
    assert yesterday.is_closed


def test_a_version_that_this_office_does_not_know_is_judged_by_today_s_rules(
    office: RunningOffice, tablet: RawTablet
):
    visit = Visit(tablet, office.ticket()).work().sign().report()
    visit.upload()
    assert Yesterday(office, tablet, visit).asks(checklist=NEWER + 5)["outcome"] == "applied"
    assert office.fields(visit.ticket)["finalised"]["checklist"] == EARLIER


@pytest.mark.parametrize("checklist", [0, -1, "1", 1.5, True])
def test_a_version_that_is_none_is_parked_and_kept(tablet: RawTablet, office, checklist):
    visit = Visit(tablet, office.ticket())
    visit.ops.append(tablet.commands(visit.ticket, "finalise", checklist=checklist))
    [result] = visit.push()
    assert (result["outcome"], result["reason"]) == ("parked", "unreadable")
    assert office.history(visit.ticket)[-1].message["body"]["checklist"] == checklist


@pytest.mark.parametrize(("days", "outcome"), [(0, "rejected"), (1, "applied")])
def test_an_operator_chooses_how_long(yesterday: Yesterday, days, outcome):
    yesterday.office.stop()
    yesterday.office.start(checklist_term_days=days)
    assert yesterday.asks(INSTANT)["outcome"] == outcome
