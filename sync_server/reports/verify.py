"""Is this file the report that we sealed? Authentic, altered or unknown, and what was checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography import x509

from shared.time.timestamps import wire_time
from shared.words import t, tn
from sync_server.blobs.store import named
from sync_server.reports.report_file import (
    NotAReport,
    ReportFile,
    named_evidence,
    named_photos,
    read_report,
    record_digest,
    said_lost,
    shows_traces,
    statement_holds,
)
from sync_server.reports.seal_validation import NO_SEAL, SealValidation, read_seal
from sync_server.reports.signer import FIELD


class Verdict(StrEnum):
    """«Auténtico», «alterado», «desconocido». REPORT.md, Verify."""

    AUTHENTIC = "authentic"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and whether it is as it should be; `count` of what, if many."""

    code: str
    passed: bool
    values: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None

    def sentence(self, language: str) -> str:
        """What was found, for a person."""
        key = f"archive.{self.code}.{'yes' if self.passed else 'no'}"
        if self.count is None:
            return t(key, language, **self.values)
        return tn(key, self.count, language, **self.values)


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict over a file, with everything that was checked, in that order.

    It names nobody: folio, dates and hashes only. `sha256` and `record_digest` are hex.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    sha256: str = ""
    folio: str = ""
    record_digest: str = ""
    sealed_at: datetime | None = None
    signer: str = ""

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
                {"check": c.code, "passed": c.passed, "sentence": c.sentence(language)}
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


def verify(
    pdf: bytes,
    trusted: Sequence[x509.Certificate],
    authorities: Sequence[x509.Certificate] = (),
) -> Finding:
    """The verdict that needs nothing but the office's certificates. Never raises for any bytes."""
    reading = read(pdf, trusted, authorities)
    checks = tuple(_checks(reading))
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
        return Reading(seal, None, None, error.reason, traces)
    return Reading(read_seal(pdf, trusted, authorities), file, file.record, "", traces)


def _checks(reading: Reading) -> Iterator[Check]:
    if reading.file is None:
        yield Check(f"opens_{reading.reason}", passed=False)
    else:
        yield Check("opens", passed=True, count=reading.file.pages)
        yield from _record_checks(reading.file, reading.record)
    yield from _seal_checks(reading.seal)


def _record_checks(file: ReportFile, record: Mapping[str, Any] | None) -> Iterator[Check]:
    yield Check("record", passed=record is not None)
    if record is None:
        return
    lost = said_lost(record)
    photos = named_photos(record) - lost
    if photos:
        held = len(photos & file.images)
        whole = held == len(photos)
        yield Check("photos", whole, {} if whole else {"held": held}, count=len(photos))
    for number, name in enumerate(named_evidence(record), start=1):
        if name in lost:
            yield Check("photo_lost", passed=True, values={"number": number})
    holds = statement_holds(record)
    if holds is not None:
        yield Check("statement", passed=holds)


def _seal_checks(seal: SealValidation) -> Iterator[Check]:
    yield Check("seal", passed=seal.present)
    if not seal.present:
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
    return Verdict.ALTERED
