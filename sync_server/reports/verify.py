"""Is this file the report that we sealed? Authentic, altered or unknown, and what was checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
from cryptography import x509

from shared.time.timestamps import wire_time
from shared.words import t, tn
from sync_server.blobs.store import named
from sync_server.reports.pages_compared import How, compare_carried
from sync_server.reports.report_file import (
    NotAReport,
    ReportFile,
    named_evidence,
    named_photos,
    read_report,
    record_digest,
    said_lost,
    shown_holds,
    shows_traces,
    statement_holds,
)
from sync_server.reports.resaved import PageDifference
from sync_server.reports.seal_validation import (
    NO_SEAL,
    SealValidation,
    read_seal,
    sealed_lengths,
)
from sync_server.reports.signer import FIELD

log = structlog.get_logger(__name__)


class Verdict(StrEnum):
    """«Auténtico», «alterado», «no se pudo comprobar», «desconocido». REPORT.md, Verify.

    Altered is said only where a change was established; a file that was saved again or came
    damaged is not the one that was sealed, and more is not known of it.
    """

    AUTHENTIC = "authentic"
    ALTERED = "altered"
    UNCHECKED = "unchecked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and whether it is as it should be; `count` of what, if many.

    `passed` is None where nothing was established: it could not be checked, and nothing is said
    against the file for it.
    """

    code: str
    passed: bool | None
    values: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None

    def sentence(self, language: str) -> str:
        """What was found, for a person."""
        key = f"archive.{self.code}.{_ANSWERS[self.passed]}"
        if self.count is None:
            return t(key, language, **self.values)
        return tn(key, self.count, language, **self.values)


_ANSWERS = {True: "yes", False: "no", None: "open"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict over a file, with everything that was checked, in that order.

    It names nobody: folio, dates and hashes only. `sha256` and `record_digest` are hex.
    `differences` are the words in which its pages part from the office's own copy: they may name
    somebody, and are for the office and for whoever brought the file with its record.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    sha256: str = ""
    folio: str = ""
    record_digest: str = ""
    sealed_at: datetime | None = None
    signer: str = ""
    differences: tuple[PageDifference, ...] = ()

    def on_the_wire(self, language: str) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "verdict": self.verdict.value,
            "folio": self.folio or None,
            "sha256": self.sha256 or None,
            "record_digest": self.record_digest or None,
            "sealed_at": wire_time(self.sealed_at) if self.sealed_at else None,
            "certificate": self.signer or None,
            "checks": [
                {
                    "check": c.code,
                    "passed": c.passed,
                    "sentence": c.sentence(language),
                }
                for c in self.checks
            ],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read for its verdict: `file` is None, with a reason, when it is no readable PDF."""

    seal: SealValidation
    file: ReportFile | None
    record: Mapping[str, Any] | None
    reason: str
    traces: bool

    @property
    def is_resaved(self) -> bool:
        """Whether a seal is in it and nothing where the seal says: a program wrote it anew."""
        return self.seal.present and not self.seal.judged


def verify(
    pdf: bytes,
    trusted: Sequence[x509.Certificate],
    authorities: Sequence[x509.Certificate] = (),
) -> Finding:
    """The verdict that needs nothing but the office's certificates. Never raises for any bytes."""
    reading = read(pdf, trusted, authorities)
    checks = (*_checks(reading), *_pages_checks(pdf, reading))
    finding = Finding(_verdict(reading), checks, named(pdf))
    if reading.record is not None:
        finding = replace(
            finding,
            folio=str(reading.record.get("folio") or "")[:40],
            record_digest=record_digest(reading.record),
        )
    if reading.seal.present:
        finding = replace(finding, sealed_at=reading.seal.at, signer=reading.seal.signer)
    return finding


def read(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> Reading:
    """The parts of a file that its verdict rests on."""
    traces = shows_traces(pdf)
    try:
        file = read_report(pdf)
    except NotAReport as error:
        seal = replace(NO_SEAL, present=FIELD.encode() in pdf)
        seal = _sealed_before(pdf, trusted, authorities) or seal
        return Reading(seal, None, None, error.reason, traces)
    seal = read_seal(pdf, trusted, authorities)
    if not seal.holds:
        seal = _sealed_before(pdf, trusted, authorities) or seal
    return Reading(seal, file, file.record, "", traces)


def _sealed_before(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> SealValidation | None:
    """The seal of the report that this file begins with, when something was added behind it."""
    for length in sealed_lengths(pdf):
        begun = pdf[:length]
        try:
            read_report(begun)
        except NotAReport:
            continue
        seal = read_seal(begun, trusted, authorities)
        if seal.holds:
            return replace(seal, whole=False)
    return None


def _checks(reading: Reading) -> Iterator[Check]:
    if reading.file is None:
        # With a whole sealed report before it, what was added is foreign and nothing is damaged.
        reason = "foreign" if reading.seal.judged else reading.reason
        yield Check(f"opens_{reason}", passed=False)
    else:
        yield Check("opens", passed=True, count=reading.file.pages)
        yield from _record_checks(reading.file, reading.record, reading.is_resaved)
    yield from _seal_checks(reading)


def _record_checks(
    file: ReportFile, record: Mapping[str, Any] | None, is_resaved: bool
) -> Iterator[Check]:
    if record is None:
        yield Check("record", passed=None if is_resaved else False)
        return
    yield Check("record", passed=True)
    lost = said_lost(record)
    photos = named_photos(record) - lost
    if photos and is_resaved and not photos <= file.images:
        yield Check("photos_packed", passed=None)
    elif photos:
        held = len(photos & file.images)
        whole = held == len(photos)
        yield Check("photos", whole, {} if whole else {"held": held}, count=len(photos))
    for number, name in enumerate(named_evidence(record), start=1):
        if name in lost:
            yield Check("photo_lost", passed=True, values={"number": number})
    holds = statement_holds(record)
    if holds is not None:
        yield Check("statement", passed=holds)
    yield _shown(record)


def _shown(record: Mapping[str, Any]) -> Check:
    """What the signature, or without one the record's digest, covers of the printed words."""
    if record.get("shown") is None:
        return Check("shown", passed=None)
    holds = shown_holds(record)
    signed = isinstance(record.get("sign_off"), dict)
    if holds is None and signed:
        return Check("shown_unsigned", passed=None)
    return Check("shown" if signed else "shown_recorded", passed=holds is not False)


def _seal_checks(reading: Reading) -> Iterator[Check]:
    seal = reading.seal
    if not seal.present:
        yield Check("seal", passed=None if reading.file is None else False)
        return
    yield Check("seal", passed=True)
    if not seal.judged:
        for code in ("seal_intact", "seal_whole", "seal_tight", "seal_ours"):
            yield Check(code, passed=None)
        return
    yield Check("seal_intact", passed=seal.intact)
    yield Check("seal_whole", passed=seal.whole)
    yield Check("seal_tight", passed=seal.tight)
    named = f" ({seal.signer[:16]}…)" if seal.signer else ""
    yield Check("seal_ours", passed=seal.ours, values={"certificate": named})
    if seal.earlier and seal.holds:
        first = seal.earlier[0]
        values = {"at": _said(first.at), "certificate": first.signer[:16]}
        yield Check("seal_earlier", passed=True, values=values)
    if seal.stamped_at is not None:
        yield Check("time_stamp", passed=True, values={"at": _said(seal.stamped_at)})


def _pages_checks(pdf: bytes, reading: Reading) -> Iterator[Check]:
    """Do the pages say what the record in the file says? Asked of what we sealed, of nothing else:
    a stranger's file is not printed here."""
    if not reading.seal.holds or reading.record is None:
        return
    try:
        found = compare_carried(pdf)
    except Exception as fault:
        log.warning("the pages of a sealed report could not be compared", fault=repr(fault)[:300])
        found = None
    yield pages_check(found.how, found.differs) if found else NOT_COMPARED


NOT_COMPARED = Check("pages_record", passed=None)


def pages_check(how: How, differs: bool) -> Check:
    """What was found when the pages of a report were held against its record."""
    if how is How.NOTHING and not differs:
        return NOT_COMPARED
    return Check(f"pages_{how}", passed=not differs)


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "–"


def _verdict(reading: Reading) -> Verdict:
    seal = reading.seal
    if seal.holds and reading.record is not None:
        return Verdict.AUTHENTIC
    if not (seal.present or reading.traces):
        return Verdict.UNKNOWN
    if seal.intact and seal.whole and seal.tight:
        # Sound, but sealed by somebody whose certificate is not among ours, or no report.
        return Verdict.UNKNOWN
    if not seal.present and reading.file is not None and reading.file.revisions == 1:
        # Ours by its looks and never sealed: nothing in it says whether it is as it was.
        return Verdict.UNKNOWN
    return Verdict.ALTERED if seal.judged else Verdict.UNCHECKED
