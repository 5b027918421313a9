"""Mail out of the outbox: leased by one worker, sent by SMTP, tried again for days."""

import re
from collections import Counter
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Row, select, update

from sync_server.database.tables import outbox as table
from sync_server.database.transactions import Transaction
from sync_server.identity import email_addresses
from sync_server.messages import mail_server
from sync_server.messages.notices import MAIL
from sync_server.runtime.context import ApplicationContext

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = 16
"""Tries: about three days with the waits between them."""

PLAIN = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+""")
"""One address and nothing else."""


class NobodyThere(Exception):
    """What is written as the recipient holds no address: trying again cannot help."""


def send_mail(context: ApplicationContext, now: datetime, most: int = 200) -> Counter[str]:
    """Send what is due; without a mail server configured everything waits where it is."""
    tally: Counter[str] = Counter()
    if not context.settings.smtp:
        return tally
    for _ in range(most):
        row = context.database.write(lambda tx: _lease(tx, now))
        if row is None:
            break
        tally[_send(context, row, now)] += 1
    return tally


def _lease(tx: Transaction, now: datetime) -> Row[Any] | None:
    """The next mail, out of sight of other workers for a while."""
    due = select(table).where(
        table.c.way == MAIL, table.c.sent_at.is_(None), table.c.dead_at.is_(None),
        table.c.due_at <= now,
    )  # fmt: skip
    row = tx.execute(
        due.order_by(table.c.due_at, table.c.id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is not None:
        tx.execute(
            update(table)
            .where(table.c.id == row.id)
            .values(due_at=now + LEASE, tries=row.tries + 1)
        )
    return row


def _send(context: ApplicationContext, row: Row[Any], now: datetime) -> str:
    try:
        mail = message(context, row, now)
        with mail_server.connected(context.settings) as server:
            refused = server.send_message(mail)  # some of several; all of them is an exception
    except Exception as error:  # Whatever is wrong with this one keeps no other from going out.
        why = f"{type(error).__name__}: {error}"[:500]
        log.warning("a mail failed", mail=row.id, tries=row.tries + 1, why=why)
        is_final = isinstance(error, NobodyThere)
        context.database.write(lambda tx: _failed(tx, row, why, now, is_final))
        return "mail_failed"
    some = str(refused)[:500] if refused else None
    sent = update(table).where(table.c.id == row.id).values(sent_at=now, failure=some)
    context.database.write(lambda tx: tx.execute(sent))
    return "mailed"


def _failed(tx: Transaction, row: Row[Any], why: str, now: datetime, is_final: bool) -> None:
    tries = row.tries + 1
    wait = min(timedelta(minutes=1) * 2 ** min(tries, 12), timedelta(hours=6))
    dead = {"dead_at": now} if is_final or tries >= GIVE_UP_AFTER else {}
    tx.execute(
        update(table).where(table.c.id == row.id).values(failure=why, due_at=now + wait, **dead)
    )


def message(context: ApplicationContext, row: Row[Any], now: datetime) -> EmailMessage:
    """The mail in a row, with its attachments.

    Raises NobodyThere, BlobMissing, BlobAltered, StoreDown.
    """
    sender = context.settings.mail_from or f"folio@{urlsplit(context.settings.public_url).hostname}"
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = _addressed(row.recipient, context.settings.allow_special_use_domains)
    mail["Subject"] = " ".join(row.body["subject"].split())
    mail["Date"] = format_datetime(now)
    # The same for every try, so that a repeated delivery is known as one.
    mail["Message-ID"] = f"<{row.id}@folio.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row.body["text"])
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
