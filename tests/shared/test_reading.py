"""One reading of a ticket's terms: what is left, in business time and in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.sla.left import time_left
from shared.sla.reading import first_response, most_urgent, promise, readings
from shared.sla.sla import Clock, ClockReading, SlaStatus
from shared.ticket.ticket import Record
from shared.time.calendar import Calendar, Hours
from shared.time.office_hours import calendar_document, calendar_of, default_calendar

MEXICO = ZoneInfo("America/Mexico_City")
CALENDAR = default_calendar()


def at(text: str) -> datetime:
    """So many hours and minutes on a day of March 2026: «09 14:50»."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=MEXICO)


def opened(text: str = "09 09:00", **fields) -> Record:
    """A ticket of high priority as the office keeps it, its terms promised at its opening."""
    record = Record("t", {"created_at": at(text).isoformat(), "priority": "high"})
    return record.with_fields({"due": promise(record, CALENDAR), **fields})


def shown(record: Record, now: str) -> ClockReading:
    reading = most_urgent(readings(record, CALENDAR, at(now)))
    assert reading is not None
    return reading


def term(record: Record, now: str, clock: Clock = Clock.RESOLUTION) -> ClockReading:
    return {reading.clock: reading for reading in readings(record, CALENDAR, at(now))}[clock]


def clocks(record: Record, now: str) -> list[Clock]:
    return [reading.clock for reading in readings(record, CALENDAR, at(now))]


@pytest.mark.parametrize(
    ("now", "words", "english"),
    [
        ("09 14:50", "quedan 2 h 10 min", "2 h 10 min left"),
        ("09 15:00", "quedan 2 h", "2 h left"),
        ("09 15:59", "quedan 1 h 1 min", "1 h 1 min left"),
        ("09 16:00", "queda 1 h", "1 h left"),
        ("09 16:15", "quedan 45 min", "45 min left"),
        ("09 16:58", "quedan 2 min", "2 min left"),
        ("09 16:59", "queda 1 min", "1 min left"),
        ("09 16:59:20", "queda menos de 1 min", "under 1 min left"),
        ("09 17:00", "queda menos de 1 min", "under 1 min left"),
        ("09 17:35", "vencido hace 35 min", "overdue by 35 min"),
        ("10 11:00", "vencido hace 3 h hábiles", "overdue by 3 h of business time"),
        ("11 09:00", "vencido hace 10 h hábiles", "overdue by 10 h of business time"),
    ],
)
def test_time_left_is_business_time_in_words(now: str, words: str, english: str):
    reading = term(opened(), now)
    assert (time_left(reading, "es"), time_left(reading, "en")) == (words, english)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("13 17:00", "quedan 7 h 30 min hábiles"),
        ("14 12:00", "quedan 6 h 30 min hábiles"),
        ("17 14:30", "queda 1 h"),
    ],
)
def test_it_says_business_time_only_where_the_wall_clock_says_another(now: str, words: str):
    assert time_left(term(opened("13 16:30"), now), "es") == words


def test_one_hour_of_business_time_agrees_with_its_number():
    assert time_left(term(opened("13 16:30"), "13 18:30"), "es") == "quedan 6 h 30 min hábiles"
    assert time_left(term(opened("12 17:30"), "12 17:45", Clock.RESPONSE), "es") == (
        "quedan 45 min hábiles"
    )
    assert time_left(term(opened("12 17:30"), "12 17:30", Clock.RESPONSE), "es") == (
        "queda 1 h hábil"
    )


def test_a_kept_promise_and_a_broken_one_say_so():
    kept = opened(finalised={"at": at("09 10:00").isoformat()})
    assert time_left(term(kept, "18 09:00"), "es") == "cumplido"
    late = opened(finalised={"at": at("09 17:30").isoformat()})
    assert time_left(term(late, "18 09:00"), "es") == "se cumplió 30 min tarde"
    assert time_left(term(late, "18 09:00"), "en") == "met 30 min late"


def test_a_term_that_passed_unanswered_is_breached():
    assert term(opened(), "09 10:00", Clock.RESPONSE).status is SlaStatus.WARNING
    assert term(opened(), "09 10:00:01", Clock.RESPONSE).status is SlaStatus.BREACHED
    ended = opened(state="closed", closed_at=at("09 12:00").isoformat())
    assert term(ended, "20 09:00", Clock.RESPONSE).status is SlaStatus.BREACHED


def test_the_first_word_to_the_requester_is_a_first_response():
    said = {"id": "c1", "at": at("09 09:50").isoformat(), "how": "phone", "with": "Marta"}
    record = opened().with_entry("contacts", said)
    assert term(record, "09 12:00", Clock.RESPONSE).status is SlaStatus.MET
    began = record.with_fields({"responded_at": at("09 11:00").isoformat()})
    assert first_response(began) == at("09 09:50")
    struck_out = opened().with_entry("contacts", {**said, "voided": {"reason": "no fue hoy"}})
    assert term(struck_out, "09 12:00", Clock.RESPONSE).status is SlaStatus.BREACHED


def test_remote_work_promises_no_arrival_even_if_one_was_promised_before():
    assert clocks(opened(), "09 12:00") == [Clock.RESPONSE, Clock.ON_SITE, Clock.RESOLUTION]
    assert clocks(opened(mode="remote"), "09 12:00") == [Clock.RESPONSE, Clock.RESOLUTION]
    promised = promise(opened(mode="remote"), CALENDAR)
    assert promised is not None
    back = opened(mode="on_site", due={**promised})
    assert term(back, "09 12:00", Clock.ON_SITE).due == at("09 13:00")


@pytest.mark.parametrize("unknown", ["priority", "created_at"])
def test_of_what_is_not_known_nothing_is_claimed(unknown: str):
    assert clocks(opened().with_fields({unknown: None}), "09 12:00") == []


@pytest.mark.parametrize("state", ["merged", "referred"])
def test_a_ticket_attended_elsewhere_has_no_terms(state: str):
    assert clocks(opened(state=state), "09 12:00") == []


def test_an_ended_ticket_is_read_as_it_stood_when_it_ended():
    ended = opened(state="closed", closed_at=at("09 12:00").isoformat())
    arrival = term(ended, "20 09:00", Clock.ON_SITE)
    assert (arrival.status, arrival.left) == (SlaStatus.WARNING, timedelta(hours=1))
    assert term(ended, "20 09:00").happened == at("09 12:00")


def test_the_days_of_validation_do_not_count():
    record = opened(state="customer_validation", finalised={"at": at("09 12:00").isoformat()})
    reading = term(record, "19 12:00")
    assert (reading.status, reading.left) == (SlaStatus.MET, timedelta(hours=5))


def test_while_the_customer_is_asked_what_is_left_stands_still():
    record = opened(state="waiting_customer", paused=[{"from": at("09 10:00").isoformat()}])
    for now in ("09 10:00", "09 17:00", "12 11:00"):
        assert time_left(term(record, now), "es").startswith("quedan 7 h")
    assert term(record, "09 17:00").due == at("10 15:00")


def test_after_the_answer_the_term_is_the_one_that_the_office_promised_anew():
    paused = [{"from": at("09 10:00").isoformat(), "to": at("09 12:00").isoformat()}]
    record = opened(paused=paused)
    again = record.with_fields({"due": promise(record, CALENDAR)})
    assert term(again, "09 13:00").due == at("10 10:00")
    assert time_left(term(again, "09 13:00"), "es") == "quedan 6 h hábiles"


def test_a_promise_outlives_a_change_of_the_calendar():
    shorter = Calendar(MEXICO, week=((Hours(at("09 09:00").time(), at("09 12:00").time()),),) * 7)
    reading = readings(opened(), shorter, at("09 11:00"))[-1]
    assert (reading.due, reading.status) == (at("09 17:00"), SlaStatus.WARNING)


def test_in_a_list_the_open_term_with_the_least_left_is_shown_then_the_last():
    assert shown(opened(), "09 09:30").clock is Clock.RESPONSE
    done = opened(responded_at=at("09 09:10").isoformat(), mode="remote")
    assert shown(done, "09 09:30").clock is Clock.RESOLUTION
    finished = done.with_fields({"finalised": {"at": at("09 11:00").isoformat()}})
    assert shown(finished, "10 09:30").happened == at("09 11:00")
    assert most_urgent(()) is None


def test_a_calendar_travels_whole():
    night = (Hours(at("09 00:00").time(), at("09 06:00").time()),
             Hours(at("09 20:00").time(), at("09 00:00").time()))  # fmt: skip
    sent = Calendar(
        ZoneInfo("America/Tijuana"), (night, (), night, (), (), (), ()),
        frozenset({date(2026, 12, 12), date(2019, 1, 1)}),
    )  # fmt: skip
    received = calendar_of(calendar_document(sent, range(2026, 2029)))
    assert (received.zone, received.week) == (sent.zone, sent.week)
    assert received.holidays == {date(2026, 12, 12)}


@pytest.mark.parametrize(
    "document",
    [None, {}, {"zone": "Nowhere/Land", "week": [], "holidays": []}, {"week": 7}, {"zone": 1},
     {"zone": "America/Mexico_City", "week": [[]] * 7, "holidays": []},
     {"zone": "America/Mexico_City", "week": [[["18:00", "09:00"]]] * 7, "holidays": []},
     {"zone": "America/Mexico_City", "week": [[["9", "x"]]] * 7, "holidays": ["soon"]}],
)  # fmt: skip
def test_an_office_that_sends_no_calendar_has_the_default_one(document):
    assert calendar_of(document) is default_calendar()
