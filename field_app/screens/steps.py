"""The steps of a visit, in order, and which of them are done: read off the closure checklist."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import flet as ft

from shared.closure.missing import Missing
from shared.ticket.ticket import Ticket


class Step(StrEnum):
    """A screen of a ticket; the code is the last part of its route."""

    VISIT = "visit"
    ASSET = "asset"
    DIAGNOSIS = "diagnosis"
    WORK = "work"
    PHOTOS = "photos"
    TEST = "test"
    REVIEW = "review"
    SIGN = "sign"
    DONE = "done"


ORDER = tuple(Step)

ICONS: Mapping[Step, ft.IconData] = {
    Step.VISIT: ft.Icons.PIN_DROP_ROUNDED,
    Step.ASSET: ft.Icons.PRINT_ROUNDED,
    Step.DIAGNOSIS: ft.Icons.TROUBLESHOOT_ROUNDED,
    Step.WORK: ft.Icons.HANDYMAN_ROUNDED,
    Step.PHOTOS: ft.Icons.PHOTO_CAMERA_ROUNDED,
    Step.TEST: ft.Icons.SPEED_ROUNDED,
    Step.REVIEW: ft.Icons.CHECKLIST_ROUNDED,
    Step.SIGN: ft.Icons.DRAW_ROUNDED,
    Step.DONE: ft.Icons.TASK_ROUNDED,
}

_FIELDS: Mapping[Step, frozenset[str]] = {
    Step.VISIT: frozenset({"contacts", "mode", "arrived_at"}),
    Step.ASSET: frozenset({"history_reviewed", "serial_matched", "meter", "meter_exception"}),
    Step.DIAGNOSIS: frozenset({"diagnosis", "root_cause", "root_cause_text"}),
    Step.WORK: frozenset({"actions", "solution", "parts_used", "parts_pending"}),
    Step.PHOTOS: frozenset({"evidence.before", "evidence.after", "evidence.capture", "evidence"}),
    Step.TEST: frozenset({"test_result", "tested_at", "final_classification", "time_entries",
                          "departed_at"}),
    Step.SIGN: frozenset({"sign_off"}),
    Step.DONE: frozenset({"evidence.report"}),
}  # fmt: skip

STEP_OF_FIELD: Mapping[str, Step] = {
    field: step for step, fields in _FIELDS.items() for field in fields
}
"""Where a field is filled in; a field that is not here is the office's to settle."""


def step_of(missing: Missing) -> Step | None:
    """The way to what is missing; None where only the office can do something."""
    return STEP_OF_FIELD.get(missing.field)


def done_steps(ticket: Ticket, missing: Iterable[Missing], asked: bool) -> frozenset[Step]:
    """The steps with nothing missing. `asked`: the engineer has finalised. «6 de 9»."""
    if asked:
        # The van's stock and the office's news go on changing; what was finalised does not.
        return frozenset(ORDER)
    lacking = {step_of(item) for item in missing}
    done = {step for step in ORDER[:6] if step not in lacking}
    if lacking <= {Step.SIGN, Step.DONE}:
        done.add(Step.REVIEW)
    if ticket.sign_off is not None and Step.SIGN not in lacking:
        done.add(Step.SIGN)
    if not ticket.is_on_site and ticket.mode:
        done.add(Step.SIGN)
    if not ticket.mode:
        # What a visit needs in photos is only known once it has begun.
        done.discard(Step.PHOTOS)
    return frozenset(done)


def route(ticket_id: str, step: Step) -> str:
    """The address of a step's screen."""
    return f"/tickets/{ticket_id}" if step is Step.VISIT else f"/tickets/{ticket_id}/{step}"


def following(step: Step) -> Step:
    """The step after this one; the last has itself."""
    return ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]
