"""One round: the order in which the tablet and the office come to agree. Only here. SYNC.md.

hello → what the office asks for → push until nothing waits → pull page by page (not if we had
nothing to push, and it greeted us as one who has everything) → check that both sides hold the same
→ files, words before photos → what the files moved → which of them the office's backup has → what
went away → photos of our tickets that others took. It may die after any line: what was not answered
is asked again by the next round, and nothing is done twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from field_app.device.trouble import Trouble
from field_app.store import base, evidence, lost_files, operation_queue, unfit
from field_app.store.database import Database
from field_app.store.enrolment import enrolled, heard, reckoned
from field_app.store.evidence import Blob, EvidenceMissing, Rank
from field_app.store.queue_counts import queue_of
from field_app.sync.agreement import amiss, nothing_to_pull
from field_app.sync.answers import Hello, Pulled
from field_app.sync.downloads import fetch
from field_app.sync.pulling import Pulling
from field_app.sync.pushing import Pushing
from field_app.sync.request_thread import Courier, a_thread
from field_app.sync.server import Caller, Server
from field_app.sync.troubles import Fork, Gap, Unsettled, UpdateNeeded, UploadRefused
from field_app.sync.uploads import is_durable, upload
from shared.time.timestamps import wire_time

MOST_CONFIRMED = 20
MOST_HELLOS = 4
"""Forks, gaps and restores settle within a few hellos; more than that is a fault to report."""


class WipeAsked(Trouble):
    """The office retired this tablet."""

    key = "sync.trouble.wiped"


@dataclass(slots=True)
class Moved:
    """What a round has done so far; `total` is what waited when it began."""

    sent: int = 0
    total: int = 0
    pulled: int = 0
    skipped: list[Trouble] = field(default_factory=list)


@dataclass(slots=True)
class Round:
    """One round of one tablet. `step` is called after each step, by its name; what it raises ends
    the round there: that is how the tests kill it. `progress` is told when something moved.

    `renew` keeps a rotated token; `remake` makes the report of a ticket again, if it still has
    this hash, and says whether. Sizes: `most` operations a push, `chunk` bytes a piece. `courier`
    carries the batches of a push and the pages of a pull while the round goes on.
    """

    database: Database
    server: Server
    caller: Caller
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    most: int
    chunk: int
    renew: Callable[[str, str], None]
    remake: Callable[[str, str], bool] = lambda ticket, name: False
    progress: Callable[[Moved], None] = lambda moved: None
    step: Callable[[str], None] = lambda name: None
    courier: Courier = a_thread
    moved: Moved = field(default_factory=Moved)

    def run(self) -> Moved:
        """Raises one of `field_app.sync.troubles`, WipeAsked, DiskLow."""
        self.moved.total = queue_of(self.database).waiting
        greeting = self._exchange()
        quiet = greeting is not None and nothing_to_pull(self.database, greeting)
        outdated = None if quiet else self._pull_or_outdated()
        self._upload()
        self._confirm()
        if outdated is not None:
            raise outdated
        base.purge(self.database)
        self.step("purge")
        fetch(self.database, self.server, self.caller)
        self.step("photos of others")
        return self.moved

    # hello, actions, push

    def _exchange(self) -> Hello | None:
        """The office's last greeting, unless it has heard more from us since."""
        for _ in range(MOST_HELLOS):
            answer, sent = self._hello(), self.moved.sent
            try:
                self._push()
            except (Fork, Gap) as error:
                # The next hello tells what the office has; its actions say how to go on.
                trouble = error
                self._rewind(error)
                continue
            return answer if self.moved.sent == sent else None
        raise trouble

    def _hello(self) -> Hello:
        for _ in range(MOST_HELLOS):
            answer = self._said()
            if not self._obey(answer):
                return answer
        raise Unsettled

    def _said(self) -> Hello:
        me = enrolled(self.database)
        last_n, last_hash = operation_queue.last(self.database)
        now = self.now()
        unfit_records = unfit.unreported(self.database)
        told = {"unreadable": unfit_records} if unfit_records else {}
        answer = self.server.hello(
            self.caller,
            {
                "epoch": me.epoch, "last_n": last_n, "last_hash": last_hash,
                "first_n": operation_queue.first_kept(self.database),
                "cursors": base.cursors(self.database), "wall": wire_time(now), **told,
            },
        )  # fmt: skip
        unfit.reported(self.database, unfit_records)
        if answer.token:
            self.renew(self.caller.device_id, answer.token)
            self.caller = replace(self.caller, token=answer.token)
        self.step("hello")
        return answer

    def _obey(self, answer: Hello) -> bool:
        """Do what the office asks; True when it must be greeted again, under another name."""
        for action in answer.actions:
            if action.get("do") == "wipe":
                raise WipeAsked
            if action.get("do") == "reidentify":
                restored = enrolled(self.database).restored or self._was_put_back(answer)
                self._reidentify(str(action["device_id"]), str(action["token"]), restored)
                return True
        with self.database.transaction():
            self._settle_epoch(answer)
            for action in answer.actions:
                if action.get("do") == "replay":
                    operation_queue.replay(self.database, int(action["from_n"]))
                elif action.get("do") == "resync":
                    base.resync(self.database, str(action["scope"]))
            base.keep_to(self.database, answer.scopes)
        self.step("actions")
        return False

    def _reidentify(self, device_id: str, token: str, everything: bool) -> None:
        # The token first: an identity without its token could never speak again.
        self.renew(device_id, token)
        self.step("token of the new identity")
        with self.database.transaction():
            operation_queue.reidentify(self.database, device_id, everything=everything)
            if everything:
                self._read_and_offer_anew()
        self.caller = replace(self.caller, device_id=device_id, token=token)
        self.step("reidentify")

    def _settle_epoch(self, answer: Hello) -> None:
        """What an office that was put back lost is offered again, and everything read anew."""
        put_back = self._was_put_back(answer)
        if put_back:
            self._read_and_offer_anew()
        if operation_queue.acknowledged(self.database) > answer.last_n:
            # The office's last one, too: under its number another copy of us may have come.
            operation_queue.replay(self.database, answer.last_n)
        now = self.now()
        heard(
            self.database, epoch=answer.epoch, durable_n=answer.durable_n,
            office_time=answer.time, now=now, put_back=put_back,
            report_format=answer.report_format,
        )  # fmt: skip
        operation_queue.durable(self.database, answer.durable_n, self._reckoned())

    def _read_and_offer_anew(self) -> None:
        base.resync_all(self.database)
        evidence.offer_again(self.database)

    def _was_put_back(self, answer: Hello) -> bool:
        """A restored office has a new epoch; one that forgot what it answered is an older one,
        whatever its epoch says."""
        epoch = enrolled(self.database).epoch
        forgot = operation_queue.acknowledged(self.database) > answer.last_n
        return forgot or bool(epoch and epoch != answer.epoch)

    def _rewind(self, error: Fork | Gap) -> None:
        expect = error.values.get("expect")
        if isinstance(error, Gap) and isinstance(expect, int):
            operation_queue.replay(self.database, expect)

    def _push(self) -> None:
        Pushing(
            self.database, self.server, self.caller, self.now, self._tell, self.step, self.courier,
            self.most,
        ).run()  # fmt: skip

    # pull, check

    def _pull_or_outdated(self) -> UpdateNeeded | None:
        # An app that is too old to read may still hand in everything that was captured.
        try:
            self._pull()
        except UpdateNeeded as error:
            return error
        return None

    def _pull(self) -> None:
        for _ in range(2):
            last = self._pages()
            differing = amiss(self.database, last.digest)
            self.step("check")
            if not differing:
                return
            for scope in differing:
                base.resync(self.database, scope)
            self.step("resync")
        raise Unsettled

    def _pages(self) -> Pulled:
        return Pulling(
            self.database, self.server, self.caller, self.now, self._came, self.step, self.courier
        ).run()

    def _came(self, changes: int) -> None:
        self.moved.pulled += changes
        self._tell(0)

    # files

    def _upload(self) -> None:
        lost_files.find_again(self.database)
        went = 0
        for blob in evidence.unsent(self.database):
            try:
                durable = upload(self.database, self.server, self.caller, blob, self.chunk)
            except EvidenceMissing:
                self._lost(blob)
                continue
            except UploadRefused as error:
                evidence.failed(self.database, blob.sha256, error.sentence("es"))
                self.moved.skipped.append(error)
                continue
            self.step(f"upload {Rank(blob.rank).name.lower()}")
            evidence.received(self.database, blob.sha256, self._reckoned(), durable=durable)
            went += 1
            self._tell(1)
            self.step("received")
        if went:
            # The last byte may have closed a ticket: its news come in the same round.
            self._pull_or_outdated()

    def _lost(self, blob: Blob) -> None:
        """A report is made again and goes with the next round; of anything else it is told."""
        tickets = lost_files.tickets_of(self.database, blob.sha256)
        is_report = blob.rank == Rank.REPORT
        if not is_report or not any(self.remake(ticket, blob.sha256) for ticket in tickets):
            lost_files.lose(self.database, blob.sha256, self.now(), self.new_id)
        self.step("lost")
        self._tell(0)

    def _confirm(self) -> None:
        """Ask of files that the office has whether its backup has them, too. SYNC.md, O13."""
        for name in evidence.unconfirmed(self.database, MOST_CONFIRMED):
            durable = is_durable(self.server, self.caller, name)
            if durable is None:
                evidence.offer_again(self.database, name)
            elif durable:
                evidence.received(self.database, name, self._reckoned(), durable=True)
        self.step("confirmed")

    def _reckoned(self) -> datetime:
        return reckoned(self.database, self.now())

    def _tell(self, sent: int) -> None:
        self.moved.sent += sent
        self.progress(self.moved)
