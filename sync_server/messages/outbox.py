"""Mail from the outbox: leased to one worker, sent by SMTP, tried again for two days."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Row

from sync_server.database.tables import outbox as table
from sync_server.database.tables.waiting import MAIL
from sync_server.database.transactions import Transaction
from sync_server.identity import email_addresses
from sync_server.messages import mail_server, pacing
from sync_server.runtime.context import ApplicationContext, Clock
from sync_server.runtime.leases import Lease, LeasedRows, Retries

log = structlog.get_logger(__name__)

MAILS = LeasedRows(
    table,
    (table.c.way == MAIL) & table.c.sent_at.is_(None) & table.c.dead_at.is_(None),
    length=timedelta(minutes=5),
    retries=Retries(first=timedelta(minutes=2), longest=timedelta(hours=6), most=16),
)
"""Mail neither sent nor given up; sixteen tries take fifty hours."""

PLAIN = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+""")
"""One address and nothing else."""


class NobodyThere(Exception):
    """What is written as the recipient holds no address: trying again cannot help."""


def send_mail(context: ApplicationContext, now: datetime, most: int = 200) -> Counter[str]:
    """Send at most so many of the mails due by `now`; without a mail server all of them wait.

    A mail beyond what one person gets in an hour waits, and escalations go together: see pacing.
    How many were `mailed` and `mail_failed`.
    """
    tally: Counter[str] = Counter()
    if not context.settings.smtp:
        return tally
    clock = context.clock_from(now)
    for _ in range(most):
        leased = context.database.write(lambda tx: _leased(tx, context, now, clock()))
        if leased is None:
            break
        if leased:
            tally[_send(context, leased, clock)] += 1
    return tally


Leased = Sequence[tuple[Lease, Row[Any]]]


def _leased(
    tx: Transaction, context: ApplicationContext, due_by: datetime, now: datetime
) -> Leased | None:
    """The next mail, with those that go in the same one; none of it when it has to wait."""
    first = MAILS.lease(tx, due_by, now)
    if first is None:
        return None
    lease, row = first
    until = pacing.held_until(tx, row, context.settings.mails_per_hour, now)
    if until is not None:
        MAILS.settle(tx, lease, due_at=until, tries=row.tries)
        pacing.hold(tx, row, MAILS.open, until)
        return ()
    others = pacing.gathered(tx, row, MAILS.open, due_by)
    return [first, *((MAILS.leased(tx, other, now), other) for other in others)]


def _send(context: ApplicationContext, leased: Leased, clock: Clock) -> str:
    (_, row), rest = leased[0], leased[1:]
    try:
        mail = message(context, row, clock(), [other for _, other in rest])
        with mail_server.connected(context.settings) as server:
            refused = server.send_message(mail)  # some of several; all of them is an exception
    except Exception as error:  # Whatever is wrong with this one keeps no other from going out.
        for each, _ in leased:
            _failed(context, each, error, clock())
        return "mail_failed"
    some, at = str(refused)[:500] if refused else None, clock()

    def settle(tx: Transaction) -> None:
        for each, _ in leased:
            MAILS.settle(tx, each, sent_at=at, failure=some)

    context.database.write(settle)
    return "mailed"


def _failed(context: ApplicationContext, lease: Lease, error: Exception, now: datetime) -> None:
    why = f"{type(error).__name__}: {error}"
    log.warning("a mail failed", mail=lease.id, tries=lease.tries, why=why[:500])
    if isinstance(error, NobodyThere):
        context.database.write(lambda tx: MAILS.settle(tx, lease, failure=why, dead_at=now))
    else:
        context.database.write(lambda tx: MAILS.failed(tx, lease, why, now))


def message(
    context: ApplicationContext, row: Row[Any], now: datetime, more: Sequence[Row[Any]] = ()
) -> EmailMessage:
    """The mail in a row, with its attachments; with `more` rows, the one that holds them all.

    Raises NobodyThere, BlobMissing, BlobAltered, StoreDown.
    """
    sender = context.settings.mail_from or f"folio@{urlsplit(context.settings.public_url).hostname}"
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = _addressed(row.recipient, context.settings.allow_special_use_domains)
    subject, text = row.body["subject"], row.body["text"]
    if more:
        subject, text = pacing.digest([row, *more], context.settings.public_url)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(now)
    # The same for every try, so that a repeated delivery is known as one.
    mail["Message-ID"] = f"<{row.id}@folio.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    for file in row.body.get("attached") or ():
        kind, _, part = file["mime"].partition("/")
        content = context.blobs.read(file["sha256"])
        mail.add_attachment(content, maintype=kind, subtype=part, filename=file["name"])
    return mail


def _addressed(recipient: str, special_use: bool) -> str:
    """Who a row is for; rows of earlier versions have a contact's free text. Raises NobodyThere."""
    if PLAIN.fullmatch(recipient):
        return recipient  # of an account that was accepted when it was made
    found = email_addresses.found_in(recipient, special_use)
    if not found:
        raise NobodyThere(f"no address in {recipient!r}")
    return ", ".join(found)
