"""The three steps of a sync: hello, push, pull. SYNC.md, Transport."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from shared.operations.wire import MOST_OPERATIONS, PROTOCOL
from shared.time.timestamps import wire_time
from sync_server.api.bodies import answer, answered, parsed, received
from sync_server.api.dependencies import AContext, check_device, shown
from sync_server.api.messages import Hello, Pull, Push, of
from sync_server.api.packing import TAKEN
from sync_server.api.problems import Problem, not_a_message
from sync_server.api.slices import slices
from sync_server.identity.token_rights import Use
from sync_server.records import checklist_version
from sync_server.records.unreadable_records import Unreadable
from sync_server.sync import hello as greeting
from sync_server.sync import pull as pulling
from sync_server.sync import push as pushing
from sync_server.sync.batch import Fork, Gap

router = APIRouter(prefix="/api/v1/sync", tags=["sync"])

Body = Annotated[bytes, Depends(received)]


@router.post("/hello")
def hello(request: Request, context: AContext, body: Body) -> Response:
    """Who is ahead, whose clock is wrong, what the tablet is to do."""
    device = shown(request, context, Use.GREET)
    message = of(Hello, parsed(body))
    check_device(device, message.device_id)
    if message.protocol != PROTOCOL:
        raise Problem(426, "protocol", "This protocol is not spoken here", protocols=[PROTOCOL])
    now = context.now()
    said = greeting.Greeting(
        app_version=message.app_version,
        epoch=message.epoch,
        last_n=message.last_n,
        last_hash=message.last_hash,
        first_n=message.first_n,
        wall=message.wall,
        unreadable=tuple(
            Unreadable(each.record, each.id, each.rev, each.why) for each in message.unreadable
        ),
    )
    reply = context.database.write(lambda tx: greeting.greet(tx, context, device, said, now))
    if not reply["actions"]:
        with context.database.reading() as tx:
            digest = pulling.scope_digests(tx, context, device, message.cursors)
        reply = reply if digest is None else {**reply, "digest": digest}
    # The first answer of a round says how the next bodies may be packed. RFC 9110, 12.5.3.
    return answer(request, {**reply, "time": wire_time(now)}, headers={"Accept-Encoding": TAKEN})


@router.post("/push")
def push(request: Request, context: AContext, body: Body) -> Response:
    """Take operations, each once and in order; an outcome for each."""
    device = shown(request, context, Use.PUSH)
    message = of(Push, parsed(body))
    check_device(device, message.device_id)
    if len(message.ops) > MOST_OPERATIONS:
        raise Problem(413, "too-much", f"A push has at most {MOST_OPERATIONS} operations")
    _check_numbers(message.ops)
    now = context.now()
    as_they_came = cache(lambda: slices(body, "ops"))
    try:
        accepted = pushing.accept(context, device, message.ops, lambda i: as_they_came()[i], now)
    except Gap as gap:
        raise Problem(409, "gap", "Operations are missing before these", expect=gap.expect) from gap
    except Fork as fork:
        raise Problem(409, "fork", "This number came with other words before", n=fork.n) from fork
    return answer(
        request,
        {
            "last_n": accepted.last_n,
            "durable_n": accepted.durable_n,
            "time": wire_time(now),
            "results": accepted.results,
        },
    )


@router.post("/pull")
def pull(request: Request, context: AContext, body: Body) -> Response:
    """One page of what changed since the tablet's cursors."""
    device = shown(request, context, Use.PULL)
    message = of(Pull, parsed(body))
    check_device(device, message.device_id)
    least = context.settings.minimum_pull_schema
    if message.reads < least:
        raise Problem(426, "schema", "This tablet is too old to read more", minimum=least)
    cursors = {scope: cursor for scope, cursor in message.cursors.items() if cursor}
    try:
        with context.database.reading() as tx:
            page = pulling.pull(tx, context, device, cursors, message.limit)
    except pulling.NotYourScope as error:
        raise Problem(403, "scope", "This scope is not this tablet's", scope=str(error)) from error
    now = context.now()
    if page.checklist is not None:
        given = page.checklist
        context.database.write(
            lambda tx: checklist_version.note_handed_out(tx, device.id, given, now)
        )
    return answered(request, page.text(time=wire_time(now)))


def _check_numbers(ops: list[dict[str, Any]]) -> None:
    for index, op in enumerate(ops):
        n = op.get("n")
        if not isinstance(n, int) or isinstance(n, bool) or not 0 < n < 2**63:
            raise not_a_message(f"ops.{index}.n: a whole number from 1 on")
