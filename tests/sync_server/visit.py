"""A whole visit as a tablet tells it: every field, photos, the customer's hand, the report."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from shared.operations.digest import canonical, sign_off_digest
from shared.operations.operation import apply, read
from shared.report.content import content, service_report
from shared.report.furniture import FILE as FURNITURE
from shared.report.furniture import furniture
from shared.report.pdf import render
from shared.report.subject import Edition, Subject
from shared.ticket.asset import Asset
from shared.ticket.fields import DATED
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import Record, Ticket
from tests.cast import ASSET, CUSTOMER, RECORDS, SITE
from tests.raw_tablet import Json, RawTablet
from tests.shared.report.specimens import sign_as_read
from tests.sync_server.tablets import photo, sent
from tests.visits import SIGNER, work_on_site

MEXICO = ZoneInfo("America/Mexico_City")


@dataclass
class Visit:
    """What the tablet has captured: operations in order, files by their hash.

    `format` of its report: 1 as Folio 0.1.0 makes it, with nothing said of what was `shown`.
    """

    tablet: RawTablet
    ticket: str
    ops: list[Json] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    format: int = 2
    shown: Any = None

    def __post_init__(self) -> None:
        self.tablet.pull()
        known = self.tablet.ticket(self.ticket)
        assert known is not None
        self.record = Record.from_wire(self.ticket, known["doc"], known["entries"], known["rev"])

    def does(self, op: Json) -> None:
        """One more operation, seen at once on the tablet."""
        self.ops.append(op)
        self.record = apply(self.record, read(op), Actor(self.tablet.user, Role.ENGINEER))

    def sets(self, **fields: Any) -> None:
        self.does(self.tablet.sets(self.ticket, **fields))

    def appends(self, collection: str, **entry: Any) -> None:
        self.does(self.tablet.appends(self.ticket, collection, **entry))

    def keeps(self, kind: str, content: bytes, mime: str = "image/jpeg", **more: Any) -> str:
        """A file and the entry that names it."""
        name = sha256(content).hexdigest()
        self.files[name] = (content, mime)
        self.appends("evidence", sha256=name, mime=mime, size=len(content), kind=kind, **more)
        return name

    def at(self, minutes: float = 0) -> str:
        """RFC 3339, so many minutes from now by the tablet's clock."""
        return (self.tablet.clock() + timedelta(minutes=minutes)).isoformat()

    # The hand of `tests.visits`

    def now(self) -> datetime:
        return self.tablet.clock()

    def arrive(self) -> None:
        self.does(self.tablet.commands(self.ticket, "start"))
        self.set(mode="on_site", arrived_at=self.at())

    def set(self, **fields: Any) -> None:
        self.sets(**fields)

    def append(self, collection: str, **entry: Any) -> None:
        filled = {"at": self.at()} if collection in DATED else {}
        self.appends(collection, **filled, **entry)

    def photo(self, kind: str, number: int, caption: str) -> None:
        self.keeps(kind, photo(number), caption=caption, taken_at=self.at())

    # The day

    def work(self, **fields: Any) -> "Visit":
        """Everything up to the customer's signature."""
        work_on_site(self, **fields)
        return self

    def sign(self, outcome: str = "conformity", **statement: Any) -> "Visit":
        """The customer's word, bound to what is on the screen."""
        sign_off = {
            "id": "s1", "outcome": outcome, **SIGNER,
            "strokes": [[[10, 10, 0], [40, 60, 16], [80, 20, 33]]], "signed_at": self.at(),
            "locale": "es-MX", "text": "Recibí el servicio descrito.", **statement,
        }  # fmt: skip
        if self.format == 1:
            sign_off["digest"] = sign_off_digest(self.record, sign_off)
        else:
            signed = sign_as_read(self.subject(self.record.with_fields({"sign_off": sign_off})))
            self.shown = signed.shown
            sign_off = signed.ticket.record.fields["sign_off"]
        self.does(self.tablet.op(self.ticket, "sign", {"sign_off": sign_off}))
        return self

    def report(self) -> "Visit":
        """The report, made of what is on the tablet now."""
        subject = replace(self.subject(self.record), shown=self.shown)
        if self.format == 2 and not subject.sign_off_holds:
            subject = replace(subject, shown=content(replace(subject, shown=None)).document())
        self.pdf_digest = subject.digest
        strokes = (self.record.fields.get("sign_off") or {}).get("strokes", [])
        attachments = {"record.json": subject.record_json, "strokes.json": canonical(strokes)}
        if self.format == 2:
            attachments[FURNITURE] = canonical(furniture(subject))
        photos = {n: content for n, (content, mime) in self.files.items() if mime == "image/jpeg"}
        pdf = render(service_report(subject), photos, attachments)
        self.pdf = self.keeps("report", pdf, "application/pdf")
        return self

    def finalise(self) -> "Visit":
        """The engineer asks for the closing."""
        body = {"report": self.pdf, "record_digest": self.pdf_digest}
        self.does(self.tablet.commands(self.ticket, "finalise", **body))
        return self

    def push(self) -> list[Json]:
        """Words first; the results."""
        ops, self.ops = self.ops, []
        return self.tablet.push(*ops)

    def upload(self, *names: str) -> None:
        """These files, or all of them."""
        self.tablet.http.headers["Authorization"] = f"Bearer {self.tablet.token}"
        self.tablet.http.headers["Tus-Resumable"] = "1.0.0"
        for name in names or tuple(self.files):
            content, mime = self.files[name]
            assert sent(self.tablet.http, content, mime) == name

    def subject(self, record: Record) -> Subject:
        """A record with what the tablet knows around it."""
        return Subject(
            ticket=Ticket.of(record),
            edition=Edition(zone=MEXICO, verify_at=self.tablet.office.url, number=1),
            asset=Asset.of(ASSET, RECORDS["asset", ASSET]),
            customer=RECORDS["customer", CUSTOMER],
            site=RECORDS["site", SITE],
            catalogues={id: c["doc"] for id, c in self.tablet.holds("catalogue").items()},
        )


def finished(tablet: RawTablet, ticket: str, format: int = 2) -> Visit:
    """A visit done, signed, reported and finalised; nothing sent yet."""
    return Visit(tablet, ticket, format=format).work().sign().report().finalise()
