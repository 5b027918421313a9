"""A rescue package at the console: who holds the stick in their hand seldom has a shell as well."""

from typing import BinaryIO

import structlog
from fastapi import APIRouter, Depends
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.time.timestamps import NotAnInstant, instant
from sync_server.console.administration.tablets import shown
from sync_server.console.web.dependencies import require
from sync_server.console.web.page import Page
from sync_server.identity.permissions import Action
from sync_server.sync import rescue
from sync_server.sync.rescue import Stopped, Tally
from sync_server.sync.rescue_package import Package, UnusablePackage
from sync_server.web.form_input import submitted_file
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)

log = structlog.get_logger(__name__)

LARGEST = 512 * 1024 * 1024
"""Bytes of a package: a thousand photos and more. A larger one comes by the command line."""

Submitted = tuple[Form, BinaryIO | None]


@router.post("/devices/rescue", max_body_size=LARGEST)
def take_in(
    page: Page = Depends(require(Action.IMPORT_RESCUE)),
    submitted: Submitted = Depends(submitted_file),
) -> Response:
    """Take in the package, and say what became of it."""
    said, file = submitted
    form = Form(said.values, prefix="rescue-")
    if file is None:
        form.wrong["file"] = page.t("rescue.choose")
        return shown(page, status=422, rescuing=form)
    try:
        package = Package(file, form.value("passphrase"))
        tally = rescue.take_in(page.context, package, page.actor)
    except UnusablePackage as error:
        form.wrong["file"] = page.t(error.key, **error.values)
        return shown(page, status=422, rescuing=form)
    except Stopped as stopped:
        log.warning("an import stopped", fault=repr(stopped.__cause__)[:300])
        return _told(page, package, stopped.tally, whole=False)
    return _told(page, package, tally, whole=True)


def _told(page: Page, package: Package, tally: Tally, *, whole: bool) -> Response:
    contents = package.contents
    return page.show(
        "rescued.html", 200 if whole else 503, whole=whole, tally=tally,
        damaged=contents.damaged, made_at=_moment(page, contents.made_at),
        outcomes=[(o.value, tally.outcomes[o]) for o in Outcome if tally.outcomes[o]],
    )  # fmt: skip


def _moment(page: Page, text: str) -> str:
    try:
        return page.moment(instant(text))
    except NotAnInstant:
        return text
