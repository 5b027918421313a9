"""A form is done once: sent again by anybody's second press, and beside another process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from sync_server.database.open import open_database
from sync_server.database.transactions import Database
from sync_server.web.form_keys import (
    A_MOMENT,
    REMEMBERED,
    Answer,
    answer_of,
    claim_of,
    claim_of_words,
    once,
)
from sync_server.web.forms import Form
from tests.office import lay_tables

NOW = datetime(2026, 3, 9, 15, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
KEYED = Form({"form_key": "k1", "text": "Se atora"})
DONE = Answer("/tickets/1", "note")


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Where a database is that every process of an office opens."""
    address = f"sqlite:///{tmp_path / 'folio.db'}"
    lay_tables(address)
    return address


@pytest.fixture
def opened(address: str) -> Iterator[Database]:
    database = open_database(address)
    yield database
    database.close()


def sent(database: Database, form: Form = KEYED, now: datetime = NOW, outcome=DONE) -> list[object]:
    """What was done for a form, and how it was answered."""
    done: list[object] = []

    def work() -> object:
        done.append("done")
        return outcome

    claims = [claim_of("/note", form)]
    done.append(database.write(lambda tx: once(tx, claims, now, work)))
    return done


def test_the_second_press_is_answered_as_the_first_and_does_nothing(opened):
    assert sent(opened) == ["done", DONE]
    assert sent(opened, now=NOW + TICK, outcome=Answer("/elsewhere")) == [DONE]


def test_other_words_under_the_same_key_are_another_form(opened):
    sent(opened)
    assert sent(opened, Form({"form_key": "k1", "text": "Ya no se atora"})) == ["done", DONE]
    assert sent(opened, Form({"form_key": "k2", "text": "Se atora"})) == ["done", DONE]


def test_what_was_refused_may_be_tried_again(opened):
    assert sent(opened, outcome="refused") == ["done", "refused"]
    assert sent(opened) == ["done", DONE]


@pytest.mark.parametrize(
    ("form", "lasts"), [(KEYED, REMEMBERED), (Form({"text": "Se atora"}), A_MOMENT)]
)
def test_a_form_is_remembered_for_its_time_and_no_longer(opened, form, lasts):
    sent(opened, form)
    with opened.reading() as tx:
        assert answer_of(tx, claim_of("/note", form), NOW + lasts - TICK) == DONE
        assert answer_of(tx, claim_of("/note", form), NOW + lasts) is None
    assert sent(opened, form, NOW + lasts - TICK) == [DONE]
    assert sent(opened, form, NOW + lasts) == ["done", DONE]


def test_the_same_words_of_two_pages_are_one_for_a_moment(opened):
    one, other = Form({"form_key": "a", "text": "x"}), Form({"form_key": "b", "text": "x"})
    done: list[str] = []

    def register(form: Form, now: datetime) -> Answer:
        claims = [claim_of("/new", form), claim_of_words("/new", form)]

        def work() -> Answer:
            done.append(form.value("form_key"))
            return DONE

        answer: Answer = opened.write(lambda tx: once(tx, claims, now, work))
        return answer

    assert register(one, NOW) == register(other, NOW + A_MOMENT - TICK) == DONE
    assert done == ["a"]
    later = Form({"form_key": "c", "text": "x"})
    register(later, NOW + A_MOMENT)
    assert done == ["a", "c"]


def test_two_processes_that_take_one_form_at_once_do_it_once(address):
    offices = [open_database(address) for _ in range(2)]
    together = Barrier(len(offices))

    def press(office: Database) -> list[object]:
        together.wait(10)
        return sent(office)

    with ThreadPoolExecutor(len(offices)) as pool:
        answers = list(pool.map(press, offices))
    for office in offices:
        office.close()
    assert sorted(answers, key=len) == [[DONE], ["done", DONE]]
