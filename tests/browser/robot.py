"""A robot that types as people do, in the real browser, and compares letter by letter.

    python -m tests.browser.robot --seed 7 --texts 25

For each condition it types texts at 40 to 200 ms a key, with pauses after words, blanks and new
lines around every delay with which the tablet keeps them, and then compares the page, the tablet's
draft, its operation and the office's record. The seed is printed: the same one types the same.
"""

import argparse
import contextlib
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from playwright.sync_api import sync_playwright

from shared.operations.operation import Kind
from shared.ticket.people import Role
from tests.browser.chromium import ARGUMENTS, executable
from tests.browser.conftest import TABLET, TabletApp
from tests.browser.tablet_page import TabletPage
from tests.office import RunningOffice

WORDS = (
    "cien gomas de arrastre, banda de piso, equipo y motor, rodillo de fusión al 118 %, "
    "charola 3 húmeda, añadió tóner; sensor sucio, engrane roto, ñandú, limpió, ajustó, revisó "
    "el diagnóstico, midió 24 V, cambió la cuña, probó 50 páginas, sin atascos"
).split()
PAUSES = (0.2, 1.0, 1.3, 2.5)
"""Seconds: around each delay with which the tablet keeps what is typed, now or before."""
KEY = (0.04, 0.2)
FIELDS = (
    ("diagnosis", "diagnosis", "diagnosis"),
    ("work", "solution", "solution"),
    ("asset", "meter-exception", "meter_exception"),
)
"""The step, the field on the screen, the field of the record."""
CONDITIONS = ("quiet", "loaded", "syncing", "changed")
"""Nothing else happens · one core burns · rounds of the sync · the office changes that very
field."""
DRAFT_WITHIN = 2.0


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it was typed, and where it was found afterwards."""

    condition: str
    field: str
    text: str
    page: str
    draft: str
    operation: str
    record: str

    @property
    def wrong(self) -> list[str]:
        """The places in which it is not, letter by letter, what was typed."""
        kept = self.text.strip()
        wanted = {"page": kept, "draft": self.text, "operation": kept, "record": kept}
        return [place for place, text in wanted.items() if getattr(self, place) != text]

    @property
    def is_only_late(self) -> bool:
        """Whether no letter is wrong, and what is on the disk lacks the last ones."""
        return self.wrong == ["draft"] and self.text.startswith(self.draft)


class Robot:
    """One enrolled tablet in one browser before one office, and a seeded hand."""

    def __init__(self, page: TabletPage, app: TabletApp, office: RunningOffice, seed: int) -> None:
        self.page, self.app, self.office, self.chance = page, app, office, Random(seed)

    def enrol(self) -> None:
        """Make it the engineer's."""
        self.page.enrol(self.office.url, self.office.code())

    def type_texts(self, condition: str, count: int) -> Iterator[Typed]:
        """Type into one field after another, each on a ticket of its own."""
        tickets = [self.office.ticket() for _ in range(count)]
        self.page.tap("place-sync")
        self.page.tap("retry")
        self._until(lambda: str(set(tickets) <= self._tickets()), "True", 60.0)
        with _burning() if condition == "loaded" else contextlib.nullcontext():
            for number, ticket in enumerate(tickets):
                yield self._one(condition, ticket, FIELDS[number % len(FIELDS)])

    def _one(self, condition: str, ticket: str, place: tuple[str, str, str]) -> Typed:
        step, field, name = place
        text = self._text()
        self.page.go(f"/tickets/{ticket}/{step}")
        if field == "meter-exception":
            self.page.tap("meter-unread")
        self.page.begin_typing(field)
        with self._disturbed(condition, ticket, name):
            self._keys(text)
        draft = self._draft(ticket, name, text)
        self._leave()
        operation = self._until(lambda: self._operation(ticket, name), text.strip())
        record = self._until(
            lambda: str(self.office.fields(ticket).get(name) or ""), text.strip(), 60.0
        )
        # The engine shows what it was given only to a field that has the keyboard.
        self.page.begin_typing(field)
        page = self._until(lambda: self.page.value(field) or "", text.strip())
        self.page.go("/sync")
        self.page.see("retry")
        return Typed(condition, field, text, page, draft, operation, record)

    def _text(self) -> str:
        chosen = self.chance.sample(WORDS, self.chance.randrange(4, 9))
        breaks = [self.chance.choice([" ", " ", " ", "\n"]) for _ in chosen]
        # The keyboard of prose begins with a capital by itself.
        text = "".join(word + gap for word, gap in zip(chosen, breaks, strict=True))
        return text[0].upper() + text[1:]

    def _keys(self, text: str) -> None:
        for letter in text:
            if letter in " \n" and self.chance.random() < 0.25:
                time.sleep(self.chance.choice(PAUSES))
            # Letters that are on no key of the robot's keyboard are typed as one that has them.
            self.page.page.keyboard.type(letter)
            pause = letter in " \n" and self.chance.random() < 0.35
            time.sleep(self.chance.choice(PAUSES) if pause else self.chance.uniform(*KEY))

    @contextlib.contextmanager
    def _disturbed(self, condition: str, ticket: str, name: str) -> Iterator[None]:
        """While it is typed: rounds of the sync, or somebody in the office at that very field."""
        if condition not in ("syncing", "changed"):
            yield
            return
        end = threading.Event()

        def disturb() -> None:
            number = 0
            while not end.wait(0.7):
                number += 1
                values = {name: f"oficina {number}"} if condition == "changed" else {
                    "impact": f"impacto {number}"
                }  # fmt: skip
                self.office.operation(ticket, Kind.SET, {"fields": values}, Role.SUPERVISOR)

        thread = threading.Thread(target=disturb)
        thread.start()
        yield
        end.set()
        thread.join()

    def _leave(self) -> None:
        """On to the next thing that takes the keyboard."""
        self.page.page.keyboard.press("Tab")

    def _draft(self, ticket: str, name: str, text: str) -> str:
        """What is on the disk two seconds after the last key, operation or not."""
        return self._until(lambda: self._on_disk(ticket, name), text, DRAFT_WITHIN)

    def _on_disk(self, ticket: str, name: str) -> str:
        rows = self._rows(
            "SELECT value FROM draft WHERE ticket = ? AND name = ?", ticket, f"text:{name}"
        )
        return str(json.loads(rows[0][0])["text"]) if rows else self._operation(ticket, name)

    def _operation(self, ticket: str, name: str) -> str:
        rows = self._rows(
            "SELECT json_extract(body, ?) FROM outbox WHERE ticket = ? AND kind = 'set'"
            " AND json_extract(body, ?) IS NOT NULL ORDER BY seq DESC LIMIT 1",
            f"$.fields.{name}", ticket, f"$.fields.{name}",
        )  # fmt: skip
        return str(rows[0][0]) if rows else ""

    def _tickets(self) -> set[str]:
        return {id for (id,) in self._rows("SELECT id FROM ticket")}

    def _rows(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        [file] = self.app.folder.rglob("folio.db")
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as db:
            return db.execute(sql, values).fetchall()

    def _until(self, look: Callable[[], str], wanted: str, patience: float = 12.0) -> str:
        """What is there as soon as it is what is wanted, or at the end of the patience."""
        end = time.monotonic() + patience
        while (found := look()) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        return found


@contextlib.contextmanager
def _burning() -> Iterator[None]:
    """One core with nothing left to give."""
    process = multiprocessing.get_context("spawn").Process(target=_burn, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _burn() -> None:
    while True:
        sum(range(10_000))


def run(folder: Path, seed: int, texts: int, conditions: Sequence[str]) -> Iterator[Typed]:
    """Type `texts` texts under each of the conditions on a fresh tablet before a fresh office."""
    office = RunningOffice(folder / "office").start()
    office.furnish()
    app = TabletApp(folder / "tablet-app").start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            context = browser.new_context(viewport={"width": TABLET[0], "height": TABLET[1]})
            robot = Robot(TabletPage(context.new_page(), app.url).open(), app, office, seed)
            robot.enrol()
            for condition in conditions:
                yield from robot.type_texts(condition, texts)
            browser.close()
    finally:
        app.stop()
        office.stop()


def main() -> int:
    """The table of what was lost under each condition; the exit status, 1 when a letter was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--texts", type=int, default=25, help="of each condition")
    parser.add_argument("--only", choices=CONDITIONS, action="append")
    options = parser.parse_args()
    conditions = options.only or CONDITIONS
    sys.stdout.write(f"seed {options.seed}\n")
    lost, late = dict.fromkeys(conditions, 0), dict.fromkeys(conditions, 0)
    with tempfile.TemporaryDirectory() as folder:
        for typed in run(Path(folder), options.seed, options.texts, conditions):
            sys.stdout.write(f"{typed.condition:8} {typed.field:16} {typed.wrong or 'whole'}\n")
            if typed.wrong:
                (late if typed.is_only_late else lost)[typed.condition] += 1
                sys.stdout.write(f"  {typed}\n")
            sys.stdout.flush()
    for name in conditions:
        sys.stdout.write(
            f"{name:8} of {options.texts} texts {lost[name]} are not as typed, of {late[name]} the "
            f"end was not on the disk {DRAFT_WITHIN:.0f} s after the last key\n"
        )
    again = f"make soak ONLY=robot SEED={options.seed} TEXTS={options.texts}"
    sys.stdout.write(f"seed {options.seed}; the same once more: {again}\n")
    return int(any((*lost.values(), *late.values())))


if __name__ == "__main__":
    sys.exit(main())
