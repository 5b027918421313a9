"""A rescue package taken in: what a tablet could not send arrives by hand, through the same merge.

Each operation is taken under the number that its tablet gave it, as if the tablet had pushed it:
whatever of it came by sync before, or comes afterwards, is known by number and hash. Where those
numbers no longer fit (the office was restored to before them, the tablet was copied) they come
under an identity of their own and are known by `op_id`. docs/RESCUE.md.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from shared.operations.digest import NotCanonical, canonical
from shared.operations.operation import Outcome
from shared.operations.wire import MOST_OPERATIONS
from shared.ticket.people import Actor, Role
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log, devices, users
from sync_server.identity.devices import Device
from sync_server.identity.users import User
from sync_server.runtime.context import ApplicationContext
from sync_server.sync import push, received_files
from sync_server.sync.batch import Fork, Gap, words_of
from sync_server.sync.id_shape import is_id
from sync_server.sync.rescue_package import Contents, Package, PackedOperation, UnusablePackage
from sync_server.tickets import operation_log

PLATFORM = "rescue"
"""Of an identity that stands for no tablet but for a package whose numbers did not fit."""

Message = Mapping[str, Any]


class NotOurs(UnusablePackage):
    """No tablet and no person of this office wrote it."""

    key = "rescue.trouble.not_ours"


class Mixed(UnusablePackage):
    """It speaks for tablets of several people: no tablet writes such a thing."""

    key = "rescue.trouble.mixed"


@dataclass(slots=True)
class Tally:
    """What was taken in so far; an operation that was known counts as a duplicate.

    `identity` is the one under which operations came whose own numbers did not fit.
    """

    user: User
    tablet: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    files: int = 0
    known_files: int = 0
    identity: str | None = None


class Stopped(Exception):
    """The place failed on the way: `tally` is in, and the same package again brings the rest."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(tally)
        self.tally = tally


def take_in(context: ApplicationContext, package: Package, actor: Actor) -> Tally:
    """Everything in the package, operations first, then files; `actor` brought it.

    Doing it again changes nothing. Raises NotOurs and Mixed before anything is taken; Stopped,
    from the fault itself, when the database, the store or the package failed on the way.
    """
    contents = package.contents
    tally = _opened(context, contents)
    _note(context, actor, "rescue.begun", contents, {"files": len(contents.files)})
    try:
        for device_id, run in groupby(contents.operations, key=lambda op: op.device_id):
            _apply_run(context, tally, device_id, list(run))
        _receive_files(context, tally, package)
    except Exception as fault:
        raise Stopped(tally) from fault
    counts = {outcome.value: count for outcome, count in tally.outcomes.items()}
    taken = {"outcomes": counts, "files": tally.files, "known_files": tally.known_files}
    _note(context, actor, "rescue.taken", contents, taken)
    return tally


def _opened(context: ApplicationContext, contents: Contents) -> Tally:
    """Whose it is. Raises NotOurs, Mixed."""
    with context.database.reading() as tx:
        numbered = {contents.device_id, *(op.device_id for op in contents.operations)}
        known = {id: found for id in sorted(numbered) if (found := devices.find(tx, id))}
        user = users.get(tx, contents.user)
    if user is None:
        raise NotOurs(server=contents.server)
    if any(device.user.id != user.id for device in known.values()):
        raise Mixed
    tablet = known.get(contents.device_id)
    return Tally(user, tablet.name if tablet else "")


def _apply_run(
    context: ApplicationContext, tally: Tally, device_id: str, run: Sequence[PackedOperation]
) -> None:
    """Operations that follow each other under one identity, by its numbers as far as they fit."""
    messages = [operation.message for operation in run]
    device = _device(context, device_id)
    at = 0
    try:
        while device is not None and at < len(messages):
            at += _pushed(context, tally, device, messages[at : at + MOST_OPERATIONS])
    except (Fork, Gap):
        device = None
    if device is None:
        _apply_one_by_one(context, tally, messages[at:])


def _pushed(
    context: ApplicationContext, tally: Tally, device: Device, batch: Sequence[Message]
) -> int:
    """One batch as a push of this device; how many it was. Raises Fork, Gap: none was taken."""
    accepted = push.accept_unremembered(
        context, device, batch, lambda i: _raw(batch[i]), context.now()
    )
    for result in accepted.results:
        known = result["n"] <= accepted.known_n
        tally.outcomes[Outcome.DUPLICATE if known else Outcome(result["outcome"])] += 1
    return len(batch)


def _apply_one_by_one(
    context: ApplicationContext, tally: Tally, messages: Sequence[Message]
) -> None:
    """What the office does not know yet, under a new identity of the same person."""
    fresh = list(_unknown(context, messages))
    tally.outcomes[Outcome.DUPLICATE] += len(messages) - len(fresh)
    if not fresh:
        return
    device = _device(context, _new_identity(context, tally))
    assert device is not None
    numbered = [{**message, "n": n} for n, message in enumerate(fresh, 1)]
    for at in range(0, len(numbered), MOST_OPERATIONS):
        _pushed(context, tally, device, numbered[at : at + MOST_OPERATIONS])


def _unknown(context: ApplicationContext, messages: Sequence[Message]) -> Iterator[Message]:
    ids = [message["op_id"] for message in messages if is_id(message.get("op_id"))]
    with context.database.reading() as tx:
        first: dict[str, Message] = {}
        for at in range(0, len(ids), MOST_OPERATIONS):
            rows = operation_log.first_by_op_id(tx, ids[at : at + MOST_OPERATIONS])
            first |= {op_id: words_of(row.message) for op_id, row in rows.items()}
    for message in messages:
        op_id = message.get("op_id")
        if not is_id(op_id) or first.get(op_id) != words_of(message):
            yield message


def _new_identity(context: ApplicationContext, tally: Tally) -> str:
    """A new device of that person; its token is given to nobody."""
    about = {"name": tally.tablet, "platform": PLATFORM}

    def add(tx: Transaction) -> str:
        now = context.now()
        id, _ = devices.add(tx, context, tally.user.id, about, now)
        devices.revoke(tx, id, now, wipe=False)
        return id

    tally.identity = context.database.write(add)
    return tally.identity


def _receive_files(context: ApplicationContext, tally: Tally, package: Package) -> None:
    for file, content in package.files():
        known = received_files.is_whole(context, file.sha256)
        # What is here already was not brought by this person yet: now they had the bytes.
        received_files.receive(
            context, file.sha256, file.mime, content, context.now(), tally.user.id
        )
        tally.known_files += known
        tally.files += not known


def _device(context: ApplicationContext, id: str) -> Device | None:
    """The tablet, as an engineer's: a package is no key to what its person may do besides."""
    with context.database.reading() as tx:
        found = devices.find(tx, id)
    if found is None:
        return None
    return replace(found, user=replace(found.user, role=Role.ENGINEER))


def _raw(message: Message) -> bytes:
    try:
        return canonical(message)
    except NotCanonical:
        return json.dumps(message).encode()


def _note(
    context: ApplicationContext,
    actor: Actor,
    action: str,
    contents: Contents,
    found: Mapping[str, Any],
) -> None:
    """Who brought which package of whom, and what became of it."""
    detail = {
        "package": contents.sha256, "device": contents.device_id, "made_at": contents.made_at,
        "operations": len(contents.operations), "damaged": list(contents.damaged), **found,
    }  # fmt: skip
    context.database.write(
        lambda tx: audit_log.note(tx, actor, action, contents.user, context.now(), detail)
    )
