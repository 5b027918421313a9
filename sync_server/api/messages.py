"""The messages of the sync contract as they may come in; what is more is passed over. SYNC.md."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared.time.timestamps import NotAnInstant, instant
from sync_server.api.problems import not_a_message

Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Id = Annotated[str, Field(max_length=64, pattern=r"^[!-~]+$")]
Number = Annotated[int, Field(ge=0, lt=2**63)]
Numbered = Annotated[int, Field(ge=1, lt=2**63)]

M = TypeVar("M", bound="Message")


def _moment(value: Any) -> datetime | None:
    try:
        at: datetime | None = instant(value)
    except NotAnInstant as error:
        raise ValueError(str(error)) from error
    return at


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Message(BaseModel):
    """What all messages have in common."""

    model_config = ConfigDict(strict=True, extra="ignore")


class About(Message):
    """A tablet, of itself."""

    name: Short = ""
    platform: Short = ""
    app_version: Short = ""


class Enrol(Message):
    """POST /api/v1/enrol."""

    code: Annotated[str, Field(max_length=64)]
    device: About = About()
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """The tablet's; the office signs it, to be known again. docs/SYNC.md."""


class Unreadable(Message):
    """A record that a tablet could not show."""

    record: Annotated[str, Field(max_length=64, pattern=r"^[!-~]+$")]
    id: Id
    rev: Number
    why: Annotated[str, Field(max_length=2000)] = ""


class Hello(Message):
    """POST /api/v1/sync/hello."""

    device_id: Id
    protocol: int
    app_version: Short = ""
    epoch: Short | None = None
    last_n: Number = 0
    first_n: Number | None = None
    last_hash: Short | None = None
    cursors: dict[str, Any] = {}
    wall: Moment | None = None
    unreadable: Annotated[list[Unreadable], Field(max_length=200)] = []


class Push(Message):
    """POST /api/v1/sync/push."""

    device_id: Id
    ops: list[dict[str, Any]]


class Pull(Message):
    """POST /api/v1/sync/pull; `schema` is what the tablet can read, 1 unless it says so."""

    device_id: Id
    cursors: dict[Short, Annotated[str, Field(max_length=400)] | None] = {}
    limit: Numbered | None = None
    reads: Annotated[int, Field(alias="schema", ge=0)] = 1


def of(kind: type[M], body: dict[str, Any]) -> M:
    """The message in a parsed body. Raises Problem."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise not_a_message(
            "; ".join(f"{'.'.join(map(str, e['loc']))[:80]}: {e['msg'][:120]}"
                      for e in error.errors(include_input=False)[:5])
        ) from error  # fmt: skip
