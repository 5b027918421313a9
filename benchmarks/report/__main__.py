"""python -m benchmarks.report: Folio's report beside fpdf2, WeasyPrint and typst; and its seal.

Every program prints the same words, tables, photos, ink and code as PDF/A-3b with the same two
attachments, warm, in a process of its own, on the same machine one after another. Beside them is a
floor: the same photos and attachments copied into a buffer and hashed.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from re import findall
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pikepdf

from benchmarks.report import content, setup
from shared.operations.digest import report_record
from shared.report.content import service_report
from shared.report.pdf import ASSETS, render
from shared.ticket.ticket import Record
from sync_server.reports import signing_key
from sync_server.reports.report_reading import findings, read
from sync_server.reports.signer import Seal
from sync_server.reports.verify import verify
from tests.shared.report import specimens

PEERS = ("fpdf2", "weasyprint", "typst")
HEAD = f"{'least':>9}{'median':>9}{'cpu':>9}"
NOW = datetime(2026, 3, 9, 18, tzinfo=UTC)


def main() -> None:
    """Print milliseconds, bytes and pages, and each peer's ratio to Folio in processor time."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--times", type=int, default=20, help="runs of each")
    said.add_argument("--without-peers", action="store_true")
    options = said.parse_args()
    ours = folio("ordinary, 6 photos", specimens.ordinary(), 6, options.times)
    folio("long, 30 photos, 40 parts", specimens.long(), 30, max(3, options.times // 4))
    if not options.without_peers:
        setup.fetch()
        compared(ours, options.times)
    sealed(options.times)
    started()


def folio(name: str, record: Record, count: int, times: int) -> float:
    """One kind of report: said, printed, checked. The processor's ms for said and printed."""
    photos, attachments = dict(specimens.pictures(count)), specimens.attachments(record)
    pdf = render(service_report(specimens.subject(record)), photos, attachments)
    own = sum(map(len, photos.values()))
    print(f"\n{name}: {pages(pdf)} pages, {len(pdf):,} bytes, {own:,} of them photos")
    print(f"  {'milliseconds':34}{HEAD}")

    def whole() -> bytes:
        return render(service_report(specimens.subject(record)), photos, attachments)

    line("said", lambda: service_report(specimens.subject(record)), times)
    both = line("said and printed", whole, times)
    line("checked at arrival", lambda: findings(read(pdf), report_record(record)), 3)
    return both


def compared(ours: float, times: int) -> None:
    """The peers on the same content, and the floor."""
    record = specimens.ordinary()
    photos, attachments = dict(specimens.pictures(6)), specimens.attachments(record)
    report = service_report(specimens.subject(record))
    files = [*photos.values(), *attachments.values()]
    print(f"\n  {'the same content by others, ms':34}{HEAD}      bytes  pages    ratio")
    with TemporaryDirectory() as folder:
        path = content.hand_over(report, photos, attachments, ASSETS / "fonts", Path(folder))
        for peer in PEERS:
            told(peer, path, times, ours)
    line("floor: bytes copied and hashed", lambda: sha256(b"".join(files)).digest(), times)


def told(peer: str, path: Path, times: int, ours: float) -> None:
    """A peer's line. Its process does nothing else."""
    script = Path(__file__).parent / "peers" / f"with_{peer}.py"
    command = [str(setup.peer_python()), str(script), str(path), str(times)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        print(f"  {peer:34} failed: {ran.stderr.strip().splitlines()[-1]}")
        return
    it = json.loads(ran.stdout.splitlines()[-1])
    with pikepdf.open(path.parent / "made.pdf") as made:
        count = len(made.pages)
    times_of = shown(peer, it["ms"], it["cpu"])
    print(f"{times_of}{it['bytes']:>11,}{count:>7}{min(it['cpu']) / ours:>8.1f}×")


def sealed(times: int) -> None:
    """The seal with a key read once, and the verdict over the sealed file."""
    key = signing_key.make("Folio", NOW)
    seal, pdf = Seal.with_key(key), specimens.made(specimens.ordinary())
    done = seal.sealed(pdf, NOW)
    print(f"\nThe seal: {len(done) - len(pdf):,} bytes more")
    line("sealed (P-256, PAdES B-B)", lambda: seal.sealed(pdf, NOW), times)
    line("verified, with all its parts", lambda: verify(done, [key.certificate]), 5)


def started() -> None:
    """What the tablet waits for before its first report."""
    first = [sys.executable, "-X", "importtime", "-c", "import shared.report.pdf"]
    imports = subprocess.run(first, capture_output=True, text=True, check=True).stderr
    spent = int(imports.splitlines()[-1].split("|")[1]) / 1000
    print(f"\nImporting shared.report.pdf: {spent:.0f} ms")


def line(name: str, work: Callable[[], object], times: int) -> float:
    """One piece of work; the least processor time in ms, which a busy machine changes least."""
    work()
    taken, worked = [], []
    for _ in range(times):
        start, busy = perf_counter(), process_time()
        work()
        taken.append((perf_counter() - start) * 1000)
        worked.append((process_time() - busy) * 1000)
    print(shown(name, taken, worked))
    return min(worked)


def shown(name: str, taken: list[float], worked: list[float]) -> str:
    """A line of the table: by the clock, and of the processor's time."""
    return f"  {name:34}{min(taken):9.1f}{median(taken):9.1f}{min(worked):9.1f}"


def pages(pdf: bytes) -> int:
    return len(findall(rb"/Type\s*/Page\b(?!s)", pdf))


if __name__ == "__main__":
    main()
