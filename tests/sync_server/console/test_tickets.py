"""The list of tickets: found, filtered, read a window at a time."""

import re

import pytest

from shared.ticket.people import Role
from sync_server.console.tickets.rows import WINDOW
from tests import cast


def folios(page: str) -> list[str]:
    return re.findall(r'class="open figure" href="/tickets/[\w-]+">([\w-]+)<', page)


def folio(office, ticket: str) -> str:
    return str(office.fields(ticket)["folio"])


def test_an_empty_list_says_what_will_be_there_and_what_to_do(supervisor):
    page = supervisor.see("/tickets")
    assert "Todavía no hay tickets" in page
    assert "use «Nuevo ticket»" in page


def test_a_row_says_what_a_supervisor_asks_first(supervisor, office):
    office.clock.stop()
    ticket = office.ticket()
    page = supervisor.see("/tickets")
    assert folio(office, ticket) in page
    for said in ("Hospital San Gabriel", cast.SERIAL, "Asignado", "Alta", "Luis Cano", "queda 1 h"):
        assert said in page, said


@pytest.mark.parametrize(
    "words", ["ibáñez", "DEMO-KY4054", "c6000 recetas", "san gabriel", "kyocera taskalfa"]
)
def test_one_finds_by_what_one_remembers(supervisor, office, words):
    ticket = office.ticket()
    other = office.ticket(customer=None, asset=None, description="Otra", requester={"name": "Ana"})
    page = supervisor.see("/tickets", params={"q": words})
    assert folios(page) == [folio(office, ticket)]
    assert folio(office, other) not in page


def test_one_finds_it_however_it_is_spelled(supervisor, office):
    optica = {"name": "Óptica Díaz", "contact": "55 5550 0101", "kind": "customer"}
    ticket = folio(office, office.ticket(requester=optica))
    number = str(int(ticket.rpartition("-")[2]))
    for words in ("optica diaz", "O\u0301PTICA", "demoky4054 0117", "ＤＥＭＯ\u2013KY4054",
                  "5555500101", ticket.replace("-", " "),
                  f"sei-{ticket[4:8]}-{number}"):  # fmt: skip
        assert folios(supervisor.see("/tickets", params={"q": words})) == [ticket], words
    assert folios(supervisor.see("/tickets", params={"q": "opticas"})) == []


@pytest.mark.parametrize("words", ["%", "_", "'; drop table ticket", "\\", "\x00", "ñ" * 500])
def test_strange_words_find_nothing_and_break_nothing(supervisor, office, words):
    office.ticket()
    page = supervisor.see("/tickets", params={"q": words})
    assert "Nada coincide" in page or len(folios(page)) == 1


def test_filters_narrow_and_nonsense_does_not(supervisor, office):
    mine = office.ticket()
    free = office.ticket(assignee=None, type="user_error", priority="low")
    engineer = office.user()

    def found(**filters):
        return folios(supervisor.see("/tickets", params=filters))

    assert found(priority="low") == [folio(office, free)]
    assert found(engineer="nobody") == [folio(office, free)]
    assert found(engineer=engineer.id) == [folio(office, mine)]
    assert found(state="assigned") == [folio(office, mine)]
    assert found(state="ended") == []
    assert len(found(state="open")) == len(found(state="nonsense", priority="nonsense")) == 2


def test_a_long_list_comes_a_window_at_a_time(supervisor, office):
    many = {folio(office, office.ticket(assignee=None)) for _ in range(WINDOW + 3)}
    page = supervisor.see("/tickets", params={"state": "open"})
    more = re.search(r'hx-get="(/tickets\?[^"]+)"', page)
    assert more
    rest = supervisor.see(more[1])
    assert len(folios(page)) == WINDOW
    assert len(folios(rest)) == 3
    assert set(folios(page) + folios(rest)) == many
    assert "<html" not in rest


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01|x", "2026-01-01T00:00:00|x", "|"])
def test_a_made_up_place_in_the_list_is_no_fault(supervisor, office, after):
    office.ticket()
    supervisor.see("/tickets", params={"after": after})


def test_an_engineer_finds_only_their_own(browse, office):
    mine = office.ticket()
    office.ticket(assignee=office.user(Role.ENGINEER, "Ana Torres"))
    assert folios(browse("engineer").see("/tickets")) == [folio(office, mine)]
    everything = browse("engineer").see("/tickets", params={"queue": "over_24h", "engineer": ""})
    assert folios(everything) == [folio(office, mine)]
