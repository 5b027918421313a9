"""What a report is about, and how this copy of it is to be made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from shared.operations.digest import (
    canonical,
    known_folio,
    lost_bytes,
    report_record,
    sign_off_holds,
)
from shared.report import brand
from shared.report.blocks import Letterhead, Paper
from shared.report.phrases import Phrases
from shared.ticket.asset import Asset
from shared.ticket.evidence import Evidence, EvidenceKind
from shared.ticket.ticket import Ticket
from shared.time.zones import offsets, zone_of
from shared.words import language_of
from shared.words.zones import zone_words

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """How a copy is made: its number (1 for the first report of a ticket), paper and zone of times.

    `verify_at` is the address of the server, to which the QR adds /v/<folio>#<digest>; `checklist`
    the version of the closure checklist that the annex names, today's if None.
    """

    zone: ZoneInfo
    verify_at: str
    number: int = 1
    paper: Paper = Paper.LETTER
    checklist: int | None = None

    @classmethod
    def of(
        cls, organisation: Json, site: Json, number: int, zone: str, verify_at: str
    ) -> "Edition":
        """As the organisation's document has it, in the site's zone where that has one; `zone` and
        `verify_at` where they do not say.
        """
        return cls(
            zone=zone_of(site, organisation, zone),
            verify_at=organisation.get("verify_at") or verify_at,
            number=number,
            paper=Paper(organisation.get("paper") or Paper.LETTER),
        )


def edition_number(earlier: Iterable[Json], record_digest: str) -> int:
    """The number of a report among the entries of those made before it, the oldest first.

    One made again of the same record keeps its number: the same record, the same bytes.
    """
    digests = [entry.get("record_digest") for entry in earlier]
    if record_digest in digests:
        return digests.index(record_digest) + 1
    return len(digests) + 1


@dataclass(frozen=True)
class Subject:
    """A ticket with the records around it.

    `customer` and `site` are the documents of those records, `catalogues` those of root_causes,
    final_classifications, parts, people and organisation; what is not known is empty. `shown` is
    the frozen content that the pages are printed from, as a document (shared.report.shown); without
    it the report is one of format 1, worded from the records around it. `carries_shown` is False
    for an office that does not read it in the record yet: then only the pages say it. `letterhead`
    is the one of an earlier printing, where the report is to be printed again as it was.
    """

    ticket: Ticket
    edition: Edition
    asset: Asset | None = None
    customer: Json = field(default_factory=dict)
    site: Json = field(default_factory=dict)
    catalogues: Mapping[str, Json] = field(default_factory=dict)
    shown: Json | None = None
    carries_shown: bool = True
    letterhead: Letterhead | None = None

    @cached_property
    def phrases(self) -> Phrases:
        """In the customer's language; what was signed stays in the language it was signed in."""
        sign_off = self.ticket.sign_off
        locale = sign_off.locale if sign_off else self.customer.get("locale")
        locale = self.shown["language"] if self.shown else locale
        return Phrases(language_of(locale), self.edition.zone, self.catalogues)

    @property
    def zone(self) -> str:
        """The zone of all times of the report in words, with its offset then."""
        apart = offsets(self.edition.zone, self.ticket.created_at, self.made_at)
        return zone_words(self.edition.zone, apart, self.phrases.language)

    @property
    def organisation(self) -> Json:
        return self.catalogues.get("organisation", {})

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is evidence but the reports themselves; its order is the numbers printed."""
        return tuple(each for each in self.ticket.evidence if each.kind != EvidenceKind.REPORT)

    @property
    def unsigned(self) -> "Subject":
        """The same, as if nobody had signed."""
        bare = self.ticket.record.with_fields({"sign_off": None})
        locale = self.phrases.language
        return replace(self, ticket=Ticket.of(bare), customer={**self.customer, "locale": locale},
                       shown=None)  # fmt: skip

    def pictures(self, read: Callable[[str], bytes]) -> dict[str, bytes]:
        """The bytes of each picture that is printed, by sha256: `read` gives those of a photo.

        One whose bytes are lost is not asked for: its frame says that it is not there.
        """
        lost = lost_bytes(self.ticket.record)
        photos = (
            each.sha256 for each in self.ticket.evidence
            if each.mime == "image/jpeg" and each.sha256 not in lost
        )  # fmt: skip
        return {**{name: read(name) for name in photos}, **brand.logo(self.organisation)}

    @property
    def folio(self) -> str:
        """The one printed: as shown, though the office may have given another since."""
        return str(self.shown["folio"]) if self.shown else known_folio(self.ticket.record)

    @cached_property
    def digest(self) -> str:
        return sha256(self.record_json).hexdigest()

    @property
    def attached(self) -> dict[str, Any]:
        """The record that travels in the report."""
        carried = self.shown if self.carries_shown else None
        return report_record(self.ticket.record, self.folio, shown=carried)

    @cached_property
    def record_json(self) -> bytes:
        """The same as it is attached, in canonical JSON: `record.json`."""
        return canonical(self.attached)

    @property
    def url(self) -> str:
        base = self.edition.verify_at.rstrip("/")
        return f"{base}/v/{quote(self.folio, safe='')}#{self.digest[:32]}"

    @cached_property
    def sign_off_holds(self) -> bool:
        return sign_off_holds(self.ticket.record)

    @property
    def finished_at(self) -> datetime | None:
        """When the engineer was done: at the sign-off, else on leaving, else at the test."""
        ticket = self.ticket
        signed = ticket.sign_off.signed_at if ticket.sign_off else None
        return signed or ticket.departed_at or ticket.tested_at

    @property
    def made_at(self) -> datetime:
        """The report's date, from the record alone: the same record, the same bytes."""
        known = [action.at for action in self.ticket.actions if action.at]
        last = max(known, default=None)
        return self.finished_at or last or self.ticket.created_at or datetime.fromtimestamp(0, UTC)
