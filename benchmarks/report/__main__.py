"""python -m benchmarks.report: an ordinary visit with six photos, and one with thirty."""

import subprocess
import sys
from collections.abc import Callable
from re import findall
from statistics import median
from time import perf_counter

from shared.digest import report_record
from shared.report.content import service_report
from shared.report.pdf import render
from shared.ticket import Record
from sync_server.pdf_rules import findings
from tests.shared.report import specimens

TIMES = 30


def main() -> None:
    """Print milliseconds, smallest and median of TIMES, and bytes."""
    print(f"{'':26}{'smallest':>10}{'median':>10}")
    measure("ordinary, 6 photos", specimens.ordinary(), 6)
    measure("long, 30 photos, 40 parts", specimens.long(), 30)
    first = [sys.executable, "-X", "importtime", "-c", "import shared.report.pdf"]
    imports = subprocess.run(first, capture_output=True, text=True, check=True).stderr
    print(
        f"importing shared.report.pdf: {int(imports.splitlines()[-1].split('|')[1]) / 1000:.0f} ms"
    )


def measure(name: str, record: Record, count: int) -> None:
    """One kind of report: said, printed, said and printed, checked."""
    photos, attachments = dict(specimens.pictures(count)), specimens.attachments(record)
    report = service_report(specimens.subject(record))
    pdf = render(report, photos, attachments)
    own = sum(map(len, photos.values()))
    pages = len(findall(rb"/Type /Page(?!s)", pdf))
    print(f"{name}: {pages} pages, {len(pdf):,} bytes, {own:,} of them photos")
    line("said", lambda: service_report(specimens.subject(record)))
    line("printed", lambda: render(report, photos, attachments))
    line("checked at arrival", lambda: findings(pdf, report_record(record)), 5)


def line(name: str, work: Callable[[], object], times: int = TIMES) -> None:
    """Milliseconds of one piece of work."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append((perf_counter() - start) * 1000)
    print(f"  {name:24}{min(taken):10.1f}{median(taken):10.1f}")


if __name__ == "__main__":
    main()
