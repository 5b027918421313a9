"""Mail to people, put into the outbox by the transaction that it tells of; `outbox` sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from shared.ticket.people import Role
from shared.ticket.ticket import Record
from shared.words import language_of, t
from sync_server.database.tables import outbox
from sync_server.database.tables.waiting import MAIL
from sync_server.database.transactions import Transaction
from sync_server.identity import email_addresses, users
from sync_server.records import organisation, records
from sync_server.runtime.context import ApplicationContext

REPORT = "report"

LEVELS: Mapping[int, Role] = {1: Role.SUPERVISOR, 2: Role.MANAGER, 3: Role.DIRECTOR}
"""The role that is told of an escalation, by level. PROCESS.md, SLA."""

Recipient = tuple[str, str]
"""A mail address, and the locale to write in."""


def tell(
    tx: Transaction,
    context: ApplicationContext,
    topic: str,
    key: str,
    record: Record,
    to: Sequence[Recipient],
    now: datetime,
    attached: Sequence[Mapping[str, str]] = (),
    **values: object,
) -> None:
    """Put a mail to each of `to` into the outbox, once for this `key` and recipient.

    `topic` names the words (`mail.<topic>.subject`, `.text`), which `values` fill; `attached` are
    {sha256, name, mime}.

    With nobody to write to, the notice is kept as one that could not be sent.
    """
    for number, (address, locale) in enumerate(to or [("", "es")]):
        once = f"{key}/{number}" if number else key
        if tx.scalar(select(outbox.c.id).where(outbox.c.key == once)) is not None:
            continue
        body = {**_words(tx, context, topic, record, locale, values), "attached": list(attached)}
        nobody = {"dead_at": now, "failure": "nobody to write to"} if not address else {}
        tx.execute(
            insert(outbox).values(
                id=context.new_id(), way=MAIL, topic=topic, key=once, ticket=record.id,
                recipient=address or None, body=body, created_at=now, due_at=now, **nobody,
            )
        )  # fmt: skip


def reports_of(tx: Transaction, ticket: str, archive_id: str) -> list[Row[Any]]:
    """The mails with an archived report: who gets each, when it went, why not."""
    mails = select(outbox).where(outbox.c.ticket == ticket, outbox.c.topic == REPORT)
    key = f"report/{archive_id}"
    return [row for row in tx.rows(mails.order_by(outbox.c.key)) if row.key.startswith(key)]


def customer_of(tx: Transaction, context: ApplicationContext, record: Record) -> list[Recipient]:
    """Who asked, else the customer's own address, else the call centre, which can ring them up."""
    return address_of(tx, context, record) or of_role(tx, Role.CALL_CENTRE)


def address_of(tx: Transaction, context: ApplicationContext, record: Record) -> list[Recipient]:
    """Who asked, else the customer's own addresses; nobody when no good one is known.

    A contact is free text, with telephones, names and as many addresses as people have.
    """
    customer = records.get(tx, "customer", record.fields.get("customer"))
    doc = customer.doc if customer else {}
    locale = doc.get("locale") or "es"
    contact = (record.fields.get("requester") or {}).get("contact") or ""
    special_use = context.settings.allow_special_use_domains
    for text in (contact, doc.get("email") or ""):
        if found := email_addresses.found_in(str(text), special_use):
            return [(address, locale) for address in found]
    return []


def of_role(tx: Transaction, role: Role) -> list[Recipient]:
    """Everybody who is active in this role."""
    return [(user.email, user.locale) for user in users.all_of(tx, role) if user.active]


def _words(
    tx: Transaction,
    context: ApplicationContext,
    topic: str,
    record: Record,
    locale: str,
    values: Mapping[str, object],
) -> dict[str, Any]:
    language = language_of(locale)
    said = {**_known(tx, context, record, language), **values}
    return {
        "subject": t(f"mail.{topic}.subject", language, **said),
        "text": t(f"mail.{topic}.text", language, **said),
        "language": language,
        **({"line": t("mail.escalation.line", language, **said)} if topic == "escalation" else {}),
    }


def _known(
    tx: Transaction, context: ApplicationContext, record: Record, language: str
) -> dict[str, object]:
    doc = record.fields
    ours = organisation.known(tx)
    return {
        "folio": doc.get("folio") or "",
        "name": (doc.get("requester") or {}).get("name") or "",
        "description": doc.get("description") or "",
        "solution": doc.get("solution") or "",
        "question": doc.get("question") or "",
        "office": ours.get("organisation") or context.settings.name,
        "support": organisation.reached_by(ours) or context.settings.public_url,
    }
