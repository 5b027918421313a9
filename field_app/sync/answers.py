"""The office's answers, read with care: what is not the expected message is no answer at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from field_app.store.base import Page
from field_app.store.enrolment import User
from field_app.store.operation_queue import Result
from shared.ticket.plain import LARGEST
from shared.time.timestamps import NotAnInstant, instant


class NotThatMessage(ValueError):
    """A member is missing or of the wrong kind."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A fresh identity."""

    device_id: str
    token: str
    user: User
    epoch: str
    server_name: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Hello:
    """How far the office got with this tablet, and what it asks it to do.

    `report_format` is the newest one that it reads: 1 for Folio 0.1.0, which does not say it.
    `digest` is that of a last page, where the office says that there is nothing to pull.
    """

    epoch: str
    last_n: int
    durable_n: int
    scopes: tuple[str, ...]
    time: datetime
    actions: tuple[Mapping[str, Any], ...]
    token: str | None
    minimum_pull_schema: int
    report_format: int
    digest: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of the operations of one push."""

    last_n: int
    durable_n: int
    time: datetime
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Pulled:
    """One page; `digest` {scope: {count, xor}} on the last one."""

    epoch: str
    page: Page
    digest: Mapping[str, Mapping[str, Any]]


def enrolled(body: Any) -> Enrolled:
    """Raises NotThatMessage."""
    user, server = _member(body, "user", dict), _member(body, "server", dict)
    return Enrolled(
        _text(body, "device_id"),
        _text(body, "token"),
        User(*(_text(user, name) for name in ("id", "name", "role", "email"))),
        _text(server, "epoch"),
        str(server.get("name") or ""),
        _time(server, "time"),
    )


def hello(body: Any) -> Hello:
    """Raises NotThatMessage."""
    return Hello(
        epoch=_text(body, "epoch"),
        last_n=_count(body, "last_n"),
        durable_n=_count(body, "durable_n"),
        scopes=tuple(map(str, _member(body, "scopes", list))),
        time=_time(body, "time"),
        actions=tuple(_objects(body.get("actions") or [])),
        token=body.get("token") or None,
        minimum_pull_schema=_count(body, "minimum_pull_schema"),
        report_format=_count(body, "report_format") if "report_format" in body else 1,
        digest=dict(body.get("digest") or {}),
    )


def pushed(body: Any) -> Pushed:
    """Raises NotThatMessage."""
    return Pushed(
        _count(body, "last_n"),
        _count(body, "durable_n"),
        _time(body, "time"),
        tuple(map(_result, _objects(_member(body, "results", list)))),
    )


def pulled(body: Any) -> Pulled:
    """Raises NotThatMessage."""
    changes = tuple(map(_change, _objects(_member(body, "changes", list))))
    cursors = {str(k): str(v) for k, v in _member(body, "cursors", dict).items()}
    page = Page(changes, cursors, more=_member(body, "more", bool))
    return Pulled(_text(body, "epoch"), page, dict(body.get("digest") or {}))


def _result(item: Mapping[str, Any]) -> Result:
    rev = item.get("rev")
    return Result(
        n=_count(item, "n"),
        outcome=_text(item, "outcome"),
        rev=rev if isinstance(rev, int) else None,
        conflicts=tuple(_objects(item.get("conflicts") or [])),
        missing=tuple(_objects(item.get("missing") or [])),
        reason=item.get("reason"),
    )


def _change(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What names the record must be whole; what it says is judged where it is kept."""
    for name in _NAMES_OF_A_CHANGE:
        if not _text(item, name).isprintable() or len(item[name]) > LONGEST_NAME:
            raise NotThatMessage(name)
    if not 0 <= _count(item, "rev") <= LARGEST or isinstance(item["rev"], bool):
        raise NotThatMessage("rev")
    if item["kind"] not in ("update", "remove", "delete"):
        raise NotThatMessage(f"a change of kind {item['kind']!r}")
    return item


_NAMES_OF_A_CHANGE = ("scope", "kind", "record", "id")
LONGEST_NAME = 200


def _objects(items: Any) -> list[Mapping[str, Any]]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise NotThatMessage("not a list of objects")
    return items


def _member(body: Any, name: str, kind: type) -> Any:
    if not isinstance(body, dict) or not isinstance(body.get(name), kind):
        raise NotThatMessage(name)
    return body[name]


def _text(body: Any, name: str) -> str:
    found: str = _member(body, name, str)
    return found


def _count(body: Any, name: str) -> int:
    found: int = _member(body, name, int)
    return found


def _time(body: Any, name: str) -> datetime:
    try:
        return instant(_text(body, name))
    except NotAnInstant as error:
        raise NotThatMessage(name) from error
