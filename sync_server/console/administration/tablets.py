"""Tablets: when each was last heard of, how a new one comes in, how a lost one is shut out."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import segno
from fastapi import APIRouter, Depends
from markupsafe import Markup
from sqlalchemy import Row, select
from starlette.responses import Response

from shared.ticket.people import Role
from shared.time.calendar import business_time_between
from shared.words.folding import folded
from sync_server.console.tickets.queues import SILENT_AFTER
from sync_server.console.web.badges import Mark
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import enrol_code
from sync_server.database.transactions import Transaction
from sync_server.identity import devices, enrolment, users
from sync_server.identity.audit_log import note
from sync_server.identity.permissions import Action
from sync_server.identity.users import User
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)
place("/devices", "nav.devices", "tablet", Action.SEE_DEVICES, order=80)

JUST_NOW = timedelta(minutes=10)


@router.get("/devices")
def tablets(page: Page = Depends(require(Action.SEE_DEVICES))) -> Response:
    """Every tablet, and for those who may, the way to let one in or shut one out."""
    return shown(page)


@router.post("/devices/enrol")
def enrol(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.ENROL_DEVICE))
) -> Response:
    """A one-time code for an engineer's tablet; it is on this page and nowhere else."""
    with page.context.database.reading() as tx:
        engineer = users.get(tx, form.value("engineer"))
    if engineer is None or not engineer.active or Role.ENGINEER not in engineer.roles:
        form.wrong["engineer"] = page.t("form.choose")
        return shown(page, form, 422)
    code = page.context.database.write(lambda tx: _code(tx, page, engineer))
    return page.show(
        "enrolment.html", engineer=engineer, code=code, expires=page.now + enrolment.LASTS,
        qr=qr(code), server=page.context.settings.public_url,
    )  # fmt: skip


@router.get("/devices/enrolled/{user}")
def enrolled(user: str, page: Page = Depends(require(Action.ENROL_DEVICE))) -> Response:
    """Whether the engineer's newest code was used; asked now and then while it is shown."""
    with page.context.database.reading() as tx:
        query = select(enrol_code).where(enrol_code.c.user == user)
        last = tx.execute(query.order_by(enrol_code.c.created_at.desc()).limit(1)).one_or_none()
        device = devices.get(tx, last.device) if last and last.device else None
    if device is None:
        return Response(status_code=204)
    return page.part("enrolled.html", device=device)


@router.post("/devices/{id}/revoke")
def revoke(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.REVOKE_DEVICE))
) -> Response:
    """Shut a tablet out; with `wipe` it is told to erase itself if it ever comes back."""
    with page.context.database.reading() as tx:
        device = devices.get(tx, id)
    if device is None:
        raise NotHere(page)
    wipe = form.flag("wipe")

    def shut_out(tx: Transaction) -> None:
        devices.revoke(tx, id, page.now, wipe=wipe)
        about = {"device": id, "wipe": wipe}
        name = device.name or id
        note(tx, page.actor, "device.revoked", name, page.now, about, person=device.user)

    page.context.database.write(shut_out)
    return page.back("/devices", "revoked_wipe" if wipe else "revoked")


def _code(tx: Transaction, page: Page, engineer: User) -> str:
    note(tx, page.actor, "device.code", engineer.name, page.now, {}, person=engineer.id)
    return enrolment.make_code(tx, page.context, engineer.id, page.actor.id, page.now)


def qr(text: str) -> Markup:
    """A QR code as an SVG that a page can hold: one path, no style of its own."""
    drawn = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, border=1, omitsize=True, dark="#000")
    return Markup(drawn.getvalue().decode())


def tablet_status(page: Page, row: Row[Any]) -> Mark:
    """How a tablet stands: in touch, silent, shut out, or followed by another identity."""
    if row.revoked_at is not None:
        return Mark("ban", page.t("devices.wiping" if row.wipe else "devices.revoked"), "bad")
    if row.successor is not None:
        return Mark("history", page.t("devices.followed"))
    if row.forked_at is not None:
        return Mark("triangle-alert", page.t("devices.forked"), "warn")
    if business_time_between(row.seen_at, page.now, page.context.calendar) > SILENT_AFTER:
        return Mark("wifi-off", page.t("devices.silent"), "warn")
    if page.now - row.seen_at < JUST_NOW:
        return Mark("radio", page.t("devices.here"), "good")
    return Mark("check", page.t("devices.fine"))


def shown(
    page: Page, form: Form | None = None, status: int = 200, rescuing: Form | None = None
) -> Response:
    """The page of tablets, with what is wrong in one of its forms."""
    with page.context.database.reading() as tx:
        rows = [(row, tablet_status(page, row)) for row in _in_order(tx)]
        engineers = [u for u in users.all_of(tx, Role.ENGINEER) if u.active]
    return page.show(
        "devices.html", status, rows=rows, form=form or Form(), rescuing=rescuing,
        rescue_form=rescuing or Form(prefix="rescue-"),
        engineers=[(u.id, u.name) for u in engineers],
    )  # fmt: skip


def _in_order(tx: Transaction) -> list[Row[Any]]:
    return sorted(
        devices.every(tx), key=lambda row: (row.revoked_at is not None, folded(row.user_name))
    )
