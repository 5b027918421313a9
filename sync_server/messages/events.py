"""Webhook events, put into the outbox by the transaction that they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from sync_server.database.tables import outbox
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext

WEBHOOK = "webhook"


def announce(
    tx: Transaction,
    context: ApplicationContext,
    topic: str,
    ticket: str,
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """An event for other systems, once for each topic, ticket and revision.

    `body` has the ticket's `rev`. PROCESS.md, Integrations.
    """
    key = f"{topic}/{ticket}/{body.get('rev', 0)}"
    if tx.scalar(select(outbox.c.id).where(outbox.c.key == key)) is not None:
        return
    tx.execute(
        insert(outbox).values(
            id=context.new_id(), way=WEBHOOK, topic=topic, key=key, ticket=ticket,
            body=dict(body), created_at=now, due_at=now,
        )
    )  # fmt: skip
