"""Processes that look at files: warm, replaced, limited, few, and nobody else waits for them."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.words import t
from sync_server.blobs.store import named
from sync_server.reports import file_check
from sync_server.runtime.checker_process import Limits
from sync_server.runtime.checkers import Checkers, Terms, TooBusy, TooCostly
from tests.hostile_pdfs import CORPUS
from tests.raw_tablet import RawTablet
from tests.sync_server import questions
from tests.sync_server.tablets import announce, enrolled, send

MEGABYTE = 1024 * 1024
NARROW = Limits(seconds=1, memory=100 * MEGABYTE)
ONE = Terms(processes=1, queue=0, limits=NARROW)


@pytest.fixture
def one() -> Iterator[Checkers]:
    opened = Checkers(terms=ONE)
    yield opened
    opened.close()


def test_a_process_stays_warm_and_is_replaced_after_so_many_files():
    checkers = Checkers(terms=replace(ONE, files=3))
    asked = [checkers.ask(questions.who) for _ in range(4)]
    checkers.close()
    assert len({os.getpid(), *asked[:3]}) == 2
    assert asked[3] not in asked[:3]


def test_who_is_about_to_be_asked_starts_before(one):
    one.warm()
    assert one._free.queue[0]._process.is_alive()
    process = one._free.queue[0]._process.pid
    one.warm()
    assert one.ask(questions.who) == process


def test_what_the_question_raises_is_raised_here(one):
    who = one.ask(questions.who)
    with pytest.raises(LookupError, match="this one"):
        one.ask(questions.fail)
    assert one.ask(questions.who) == who


@pytest.mark.parametrize("by_watching", [False, True])
def test_who_spends_too_much_is_ended_and_replaced(by_watching):
    limits = replace(NARROW, by_watching=by_watching)
    checkers = Checkers(terms=replace(ONE, limits=limits))
    who = checkers.ask(questions.who)
    with pytest.raises(TooCostly):
        checkers.ask(questions.spin)
    second = checkers.ask(questions.who)
    assert checkers.ask(questions.grow, 10 * MEGABYTE) == 10 * MEGABYTE
    assert checkers.ask(questions.who) == second != who
    if not by_watching:
        with pytest.raises(TooCostly):
            checkers.ask(questions.grow, 110 * MEGABYTE)
        assert checkers.ask(questions.who) != second
    checkers.close()


def test_a_library_that_breaks_costs_its_process_and_nobody_an_answer(one):
    who = one.ask(questions.who)
    with pytest.raises(TooCostly):
        one.ask(questions.end_in_c)
    assert one.ask(questions.who) != who


class Held:
    """The one process of these checkers is about a file, until it is let go."""

    def __init__(self, checkers: Checkers, gate: Path) -> None:
        os.mkfifo(gate)
        self._gate = gate
        self._thread = threading.Thread(target=checkers.ask, args=(questions.wait_for, str(gate)))
        self._thread.start()
        # Whoever opens the pipe to write waits until the process reads it.
        self._pipe = gate.open("w")

    def let_go(self) -> None:
        self._pipe.close()
        self._thread.join()


def test_only_so_many_wait_and_the_next_is_told_at_once(tmp_path):
    checkers = Checkers(terms=replace(ONE, queue=1))
    held = Held(checkers, tmp_path / "gate")
    answers: list[int] = []
    waiting = threading.Thread(target=lambda: answers.append(checkers.ask(questions.who)))
    waiting.start()
    while checkers.asking < 2:
        threading.Event().wait(0.005)
    with pytest.raises(TooBusy):
        checkers.ask(questions.who)
    held.let_go()
    waiting.join()
    assert len(answers) == 1
    assert checkers.ask(questions.who) == answers[0]
    checkers.close()


def test_nobody_waits_for_ever(tmp_path, one):
    one.terms = replace(one.terms, queue=1, patience=0.05)
    held = Held(one, tmp_path / "gate")
    with pytest.raises(TooBusy):
        one.ask(questions.who)
    held.let_go()
    one.ask(questions.who)


def test_while_files_wait_words_go_on_and_the_file_comes_again(office, tmp_path, monkeypatch, one):
    monkeypatch.setattr(file_check, "checkers", lambda modules: one)
    files, words, ticket = enrolled(office), RawTablet(office), office.ticket()
    content = CORPUS["truncated"]()
    where = announce(files, content, mime="application/pdf")
    held = Held(one, tmp_path / "gate")
    refused = send(files, where, 0, content)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "15")
    assert refused.json()["type"] == "/problems/busy"
    page = httpx.post(f"{office.url}/v", files={"file": content})
    assert (page.status_code, page.headers["retry-after"]) == (503, "15")
    assert t("office.trouble.busy_text", "es") in page.text
    assert httpx.get(f"{office.url}/readyz").status_code == 200
    [said] = words.push(words.sets(ticket, diagnosis="Cambiar el rodillo"))
    assert said["outcome"] == "applied"
    held.let_go()
    assert files.head(where).headers["Upload-Offset"] == str(len(content))
    assert office.context.blobs.has(named(content))
    files.close()
    words.close()


@pytest.mark.parametrize("name", CORPUS)
def test_no_file_holds_the_office_up(name):
    pdf = CORPUS[name]()
    finding = file_check.judge(pdf, [], [])
    assert finding.verdict in ("unknown", "unchecked")
    assert "opens_costly" not in [check.code for check in finding.checks]
    looked = file_check.look("application/pdf", pdf)
    assert looked.readable is False
    assert looked.report is not None
    assert "costly" not in str(looked.report.findings)
    file_check.read_resaved(pdf)


def test_who_gets_past_the_shape_is_stopped_by_the_limits(monkeypatch, one):
    """A trap of a kind that nobody has thought of yet."""
    monkeypatch.setattr(file_check, "checkers", lambda modules: one)
    monkeypatch.setattr(file_check, "_judge", questions.spin_over)
    monkeypatch.setattr(file_check, "_look", questions.spin_over)
    [check] = file_check.judge(b"%PDF-", [], []).checks
    assert check.sentence("es") == t("archive.opens_costly.no", "es")
    assert file_check.look("application/pdf", b"%PDF-").readable is False
    assert file_check.look("image/png", b"\x89PNG").readable is False
