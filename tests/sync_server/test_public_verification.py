"""Anybody with the paper in hand asks whether it is ours, and learns nothing about anybody."""

import html
import re

import httpx
import pytest
from sqlalchemy import insert, select

from shared.words import t
from sync_server.archive import archive_search
from sync_server.customer import verify
from sync_server.database.tables import archive
from sync_server.records import organisation
from tests.sync_server.test_archive import sealing, visit

assert sealing
assert visit


@pytest.fixture
def one(sealing, visit):
    [archived] = sealing.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    return archived


def page(office, path, **query):
    return httpx.get(f"{office.url}{path}", params=query, timeout=30)


def uploaded(office, content, **headers):
    return httpx.post(
        f"{office.url}/v", files={"file": ("x.pdf", content, "application/pdf")},
        headers=headers, timeout=60,
    )  # fmt: skip


def told(answer):
    """What the page says under each of its words."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", answer.text, re.DOTALL)
    return {name: value.strip() for name, value in found}


def test_a_code_is_registered_and_never_green_with_facts_to_compare(sealing, one):
    """It may be copied onto any paper."""
    answer = page(sealing, f"/v/{one.folio}", code=one.record_digest[:32])
    assert answer.status_code == 200
    assert "Registrado" in answer.text
    assert not re.search(r"Auténtico|✓|class=.answer authentic", answer.text)
    said = told(answer)
    assert said["Versión"] == "1 de 1"
    assert said["Fin del número de serie"] == f"…{one.serial[-4:]}"
    assert said["Prueba final"] == "Aprobada"
    assert said["Refacciones pendientes"] == "Ninguna"
    assert said["Conformidad"] == "Conforme"
    assert said["Páginas"] == "4"
    assert one.sealed_sha256 in answer.text


def test_a_code_of_an_earlier_version_says_that_there_is_a_later_one(sealing, one):
    def archived_again(tx):
        row = tx.execute(select(archive).where(archive.c.id == one.id)).one()
        later = {**row._mapping, "id": "later", "version": 2, "record_digest": "f" * 64}
        tx.execute(insert(archive).values(**later))

    sealing.do(archived_again)
    answer = page(sealing, f"/v/{one.folio}", code=one.record_digest[:32])
    assert told(answer)["Versión"].startswith("1 de 2")
    assert "versión más reciente" in answer.text
    later = page(sealing, f"/v/{one.folio}", code="f" * 32)
    assert told(later)["Versión"] == "2 de 2"
    assert "versión más reciente" not in later.text


def test_a_wrong_code_is_told_what_an_unknown_folio_is_told(sealing, one):
    wrong = page(sealing, f"/v/{one.folio}", code="0" * 32)
    nobodys = page(sealing, "/v/SEI-2020-999999", code="0" * 32)
    assert "Desconocido" in wrong.text
    assert one.record_digest not in wrong.text
    assert wrong.text.replace(one.folio, "") == nobodys.text.replace("SEI-2020-999999", "")


@pytest.mark.parametrize("code", ["", "0" * 31, "ñ", "x" * 500])
def test_without_the_whole_code_nothing_is_told(sealing, one, code):
    answer = page(sealing, f"/v/{one.folio}", code=code)
    assert answer.status_code == 200
    assert "Registrado" not in answer.text
    assert one.record_digest[:32] not in answer.text


def test_the_page_speaks_english_too(sealing, one):
    query = {"code": one.record_digest[:32], "lang": "en"}
    said = told(page(sealing, f"/v/{one.folio}", **query))
    assert (said["Final test"], said["Conformity"]) == ("Passed", "Accepted")


def test_nobody_is_named(sealing, one):
    answers = [
        page(sealing, f"/v/{one.folio}", code=one.record_digest[:32]).text,
        uploaded(sealing, sealing.context.blobs.read(one.sealed_sha256)).text,
    ]
    for said in answers:
        for person in ("Ibáñez", "Luis Cano", "Gabriel", "KY4054", "Insurgentes"):
            assert person not in said


def test_an_uploaded_file_gets_its_verdict_with_what_was_checked(sealing, one):
    sealed = sealing.context.blobs.read(one.sealed_sha256)
    for language, *words in (
        (
            "es",
            "Ningún byte cambió",
            "se abre (4 páginas)",
            "Lleva 2 fotos, que son, byte por byte",
        ),
        ("en", "Not one byte", "opens (4 pages)", "It carries 2 photos, which are, byte for byte"),
    ):
        answer = uploaded(sealing, sealed, **{"Accept-Language": language}).text
        assert all(each in answer for each in words)
    received = uploaded(sealing, sealing.context.blobs.read(one.report_sha256)).text
    assert "tal como llegó de la tableta" in received
    changed = sealed.replace(b"CR-FUS-01", b"CR-FUS-02")
    assert "El contenido cambió" in uploaded(sealing, changed).text
    assert "Desconocido" in uploaded(sealing, b"%PDF-1.4 something").text
    assert "Desconocido" in uploaded(sealing, b"").text


def test_an_uploaded_file_is_not_kept(sealing, one):
    before = sorted(sealing.context.blobs.names())
    uploaded(sealing, b"%PDF-1.4 something")
    assert sorted(sealing.context.blobs.names()) == before


def test_a_file_that_is_far_too_large_is_refused(office):
    at_most = verify.LARGEST + verify.AROUND
    for size in (at_most, verify.LARGEST + 1):
        answer = uploaded(office, b"x" * size)
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")
        assert "Desconocido" in answer.text
        assert t("archive.opens_too_large.no") in html.unescape(answer.text)


def test_a_form_without_a_file_is_a_clear_answer(office):
    answer = httpx.post(f"{office.url}/v", data={"no": "file"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_no_script_stands_in_the_page(office):
    answer = page(office, "/v")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    for name in ("verify.css", "verify.js"):
        assert page(office, f"/customer/{name}").status_code == 200
    assert page(office, "/customer/../settings.py").status_code == 404


def test_what_is_written_in_the_address_is_never_markup(office):
    answer = page(office, "/v/%3Cscript%3Ealert(1)%3C%2Fscript%3E", code="0" * 32)
    assert "<script>alert" not in answer.text


@pytest.mark.slow
def test_whoever_asks_without_end_has_to_wait(office):
    office.clock.stop()
    assert [uploaded(office, b"x").status_code for _ in range(21)] == [200] * 20 + [429]
    office.clock.forward(seconds=3)
    answers = [uploaded(office, b"x") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "3"
    assert "Demasiados intentos" in answers[1].text


def test_whoever_guesses_codes_has_to_wait(sealing, one):
    right = {"code": one.record_digest[:32]}
    sealing.clock.stop()
    for _ in range(3):
        assert page(sealing, f"/v/{one.folio}", **right).status_code == 200
    wrong = [page(sealing, f"/v/{one.folio}", code=f"{i:032}").status_code for i in range(20)]
    assert wrong == [200] * 20
    answer = page(sealing, f"/v/{one.folio}", **right)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert page(sealing, f"/v/{one.folio}").status_code == 200, "nothing is asked here"
    sealing.clock.forward(seconds=2)
    assert "Registrado" in page(sealing, f"/v/{one.folio}", **right).text


def test_the_page_says_whose_it_is_and_how_to_reach_them(sealing):
    sealing.do(lambda tx: organisation.say(
        tx, {"organisation": "Copiadoras del Valle", "support": {"phone": "33 5550 0200"}},
        sealing.clock(),
    ))  # fmt: skip
    said = page(sealing, "/v").text
    assert "Copiadoras del Valle" in said
    assert "33 5550 0200" in said
    assert "soporte@example.com" not in said


@pytest.mark.parametrize(("language", "form"), [("es", "%d/%m/%Y"), ("en", "%Y-%m-%d")])
def test_a_date_is_taken_for_no_other_day(sealing, one, language, form):
    answer = page(sealing, f"/v/{one.folio}", code=one.record_digest[:32], lang=language)
    assert f"{one.closed_at.astimezone(sealing.context.calendar.zone):{form}}" in answer.text
