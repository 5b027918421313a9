"""To name a hash is no key to its bytes: they belong to who brought them, or could read them."""

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from sqlalchemy import delete, select

from shared.ticket.people import Role
from shared.words import t
from sync_server.database.tables import blob_brought, evidence
from sync_server.identity import users
from sync_server.identity.users import User
from sync_server.sync import received_files
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import browser
from tests.sync_server.tablets import PIECE, announcement, photo, problem, send, sent
from tests.sync_server.visit import Visit

COUNTED = iter(range(100, 10_000))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    office.furnish()
    yield office
    office.stop()


@pytest.fixture
def enrol(office: RunningOffice) -> Iterator[Callable[[str], Visit]]:
    """An engineer with a tablet, on a ticket of their own."""
    tablets: list[RawTablet] = []

    def one(name: str, person: User | None = None) -> Visit:
        person = person or office.user(Role.ENGINEER, f"{name} {office.context.new_id()[-6:]}")
        tablet = RawTablet(office, office.code(person))
        tablet.http.headers.update(
            {"Authorization": f"Bearer {tablet.token}", "Tus-Resumable": "1.0.0"}
        )
        tablets.append(tablet)
        return Visit(tablet, office.ticket(assignee=person))

    yield one
    for tablet in tablets:
        tablet.close()


def picture() -> bytes:
    return photo(next(COUNTED))


def named(content: bytes) -> str:
    return sha256(content).hexdigest()


def names(visit: Visit, content: bytes) -> None:
    """The engineer's own operation says this hash, whoever has the bytes."""
    entry = {"sha256": named(content), "mime": "image/jpeg", "size": len(content), "kind": "after"}
    visit.tablet.push(visit.tablet.appends(visit.ticket, "evidence", **entry))


def reads(visit: Visit, content: bytes) -> int:
    return visit.tablet.http.get(f"/api/v1/blobs/{named(content)}").status_code


def test_words_before_photos_the_right_comes_with_the_bytes(enrol):
    luis, content = enrol("Luis"), picture()
    names(luis, content)
    assert reads(luis, content) == 404
    sent(luis.tablet.http, content)
    assert reads(luis, content) == 200


def test_photos_before_words_the_right_is_there_at_once(enrol):
    luis, content = enrol("Luis"), picture()
    sent(luis.tablet.http, content)
    names(luis, content)
    assert reads(luis, content) == 200


@pytest.mark.parametrize("first", [True, False], ids=["named-before", "named-after"])
def test_naming_another_s_photo_gives_nothing_of_it(office, enrol, first):
    ana, luis, content = enrol("Ana"), enrol("Luis"), picture()
    if first:
        names(luis, content)
    names(ana, content)
    sent(ana.tablet.http, content)
    if not first:
        names(luis, content)
    assert (reads(ana, content), reads(luis, content)) == (200, 404)
    with browser(office, Role.SUPERVISOR) as boss:
        assert t("office.ticket.photo_waiting", "es") in boss.see(f"/tickets/{luis.ticket}")
        assert named(content) not in boss.see(f"/tickets/{luis.ticket}")


def test_whoever_names_what_they_could_not_read_gets_it_when_they_bring_it(enrol):
    ana, luis, content = enrol("Ana"), enrol("Luis"), picture()
    names(ana, content)
    sent(ana.tablet.http, content)
    names(luis, content)
    answer = luis.tablet.http.post("/api/v1/blobs/", headers=announcement(content))
    where = answer.headers["Location"]
    assert answer.headers["Upload-Offset"] == "0", "the bytes are asked for, as if unknown"
    wrong = send(luis.tablet.http, where, 0, content[:-1] + b"!")
    assert (wrong.status_code, problem(wrong)) == (422, "digest-mismatch")
    assert reads(luis, content) == 404
    sent(luis.tablet.http, content)
    assert reads(luis, content) == 200


def test_a_hash_that_may_not_be_seen_is_answered_like_one_that_nobody_knows(enrol):
    ana, luis = enrol("Ana"), enrol("Luis")
    theirs, unknown = picture(), picture()
    names(ana, theirs)
    sent(ana.tablet.http, theirs)
    names(luis, theirs)
    names(luis, unknown)

    def asked(content: bytes) -> list[object]:
        http, path = luis.tablet.http, f"/api/v1/blobs/{named(content)}"
        piece = {"Upload-Offset": str(len(content)), "Content-Type": PIECE}
        answers = [
            http.get(path), http.head(path), http.patch(path, headers=piece), http.delete(path),
            http.post("/api/v1/blobs/", headers=announcement(content)),
        ]  # fmt: skip
        begun = http.head(answers[-1].headers["Location"])
        shapes = [(a.status_code, sorted(a.headers), a.headers.get("Upload-Offset"))
                  for a in (*answers, begun)]  # fmt: skip
        return [*shapes, *(a.json() for a in answers[:1])]

    assert asked(theirs) == asked(unknown)


def test_what_one_may_read_one_may_name_again(office, enrol):
    luis, content = enrol("Luis"), picture()
    owner = office.ask(lambda tx: users.get(tx, luis.tablet.user))
    names(luis, content)
    sent(luis.tablet.http, content)
    other = Visit(luis.tablet, office.ticket(assignee=owner))
    names(other, content)
    row = office.ask(
        lambda tx: tx.one_or_none(
            select(evidence.c.awaited, evidence.c.named_by).where(evidence.c.ticket == other.ticket)
        )
    )
    assert tuple(row) == (False, luis.tablet.user)


def test_the_right_is_that_of_the_moment_and_stays(office, enrol):
    """Whose ticket went to another still named it by right; what comes later they do not see."""
    ana, luis, content = enrol("Ana"), enrol("Luis"), picture()
    names(ana, content)
    sent(ana.tablet.http, content)
    office.command(ana.ticket, "assign", Role.SUPERVISOR, assignee=luis.tablet.user)
    assert (reads(ana, content), reads(luis, content)) == (404, 200)
    names(luis, content)
    office.command(ana.ticket, "assign", Role.SUPERVISOR, assignee=ana.tablet.user)
    assert (reads(ana, content), reads(luis, content)) == (200, 200)


def test_a_visit_with_another_s_photo_waits_until_its_engineer_brings_the_bytes(office, enrol):
    ana, luis, content = enrol("Ana"), enrol("Luis", office.user()), picture()
    names(ana, content)
    sent(ana.tablet.http, content)
    his = Visit(luis.tablet, luis.ticket).work()
    foreign = his.keeps("after", content)
    his.sign().report().finalise()
    his.push()
    his.upload(*(name for name in his.files if name != foreign))
    fields = office.fields(luis.ticket)
    assert fields.get("flags") == ["closing"], fields.get("finalise_missing")
    his.upload(foreign)
    assert office.fields(luis.ticket)["state"] == "closed"


def test_what_0_1_0_took_before_its_operation_is_who_names_it_first(office, enrol):
    ana, luis, content = enrol("Ana"), enrol("Luis"), picture()
    received_files.receive(office.context, named(content), "image/jpeg", content, office.clock())
    office.do(lambda tx: tx.execute(delete(blob_brought).where(
        blob_brought.c.sha256 == named(content))))  # fmt: skip
    names(ana, content)
    names(luis, content)
    assert (reads(ana, content), reads(luis, content)) == (200, 404)
