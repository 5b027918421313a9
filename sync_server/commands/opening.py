"""Into the office from a command: its settings, its people, and what can be in the way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from shared.ticket.people import Actor, Role
from shared.words import t
from sync_server.assembly import assemble
from sync_server.blobs.store import BlobAltered, BlobMissing, StoreDown, StoreFull
from sync_server.database.sqlite import AnotherWriter
from sync_server.database.transactions import Damaged, NoSpace, ReadOnly, Unavailable
from sync_server.identity import users
from sync_server.identity.audit_log import COMMAND_LINE
from sync_server.identity.users import User
from sync_server.reports.signing_key import NoSeal, SealExists, UnusableKey
from sync_server.runtime.context import ApplicationContext, utc_now
from sync_server.runtime.settings import BadSetting, Settings

KNOWN_FAULTS = (
    AnotherWriter, BadSetting, BlobAltered, BlobMissing, Damaged, NoSeal, NoSpace, OSError,
    ReadOnly, SealExists, SQLAlchemyError, StoreDown, StoreFull, Unavailable, UnusableKey,
)  # fmt: skip
"""What an operator can do something about."""

CALL_CENTRE = Actor(COMMAND_LINE, Role.CALL_CENTRE)
SUPERVISOR = Actor(COMMAND_LINE, Role.SUPERVISOR)
OPERATOR = Actor(COMMAND_LINE, Role.ADMINISTRATOR)
"""Whoever has a shell on the server acts as the office does."""


class NeverDone(click.ClickException):
    """What was asked for was not done; the sentence says why."""


def settings() -> Settings:
    """The settings of this process. Raises BadSetting."""
    return Settings.from_environment(os.environ)


@contextmanager
def opened(now: datetime | None = None) -> Iterator[ApplicationContext]:
    """The office of these settings, closed again afterwards; `now` stops its clock there."""
    said = settings()
    try:
        context = assemble(said, (lambda: now) if now else utc_now)
    except ValueError as error:
        raise NeverDone(str(error)) from error
    try:
        yield context
    finally:
        context.close()


def account(context: ApplicationContext, email: str) -> User:
    """The person with this address. Raises NeverDone."""
    with context.database.reading() as tx:
        user = users.by_email(tx, email)
    if user is None:
        raise NeverDone(f"nobody here has the address {email}: folio user add makes an account")
    return user


def sentence(fault: BaseException) -> str:
    """A fault in one line, with the way out where there is one."""
    if isinstance(fault, Damaged):
        return f"the database is damaged: {fault}. {t('command.verify.damaged', 'en')}"
    if isinstance(fault, ReadOnly):
        return f"the data folder cannot be written: {fault}"
    text = " ".join(str(getattr(fault, "orig", None) or fault).split())
    return text[:400] or type(fault).__name__
