"""Reads a submitted form, with limits on the number and the length of its fields."""

from collections.abc import AsyncIterator
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import UploadFile

from sync_server.web.forms import Form

MOST_FIELDS = 100
LONGEST_FIELD = 32 * 1024


async def submitted(request: Request) -> Form:
    """The text fields of this request. Too many, or too long, are answered with a 400.

    Kept at the request too: whoever is not signed in any more gets their words back.
    """
    data = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    form = Form.of(data)
    request.state.form = form
    return form


def submitted_already(request: Request) -> Form | None:
    """The form of this request, if its route has read it."""
    form: Form | None = getattr(request.state, "form", None)
    return form


async def submitted_file(request: Request) -> AsyncIterator[tuple[Form, BinaryIO | None]]:
    """The text fields, and the file named `file` if one was chosen; gone when it was answered.

    Stands after the permission in a route's parameters, so that no upload of a stranger is read.
    """
    limits = {"max_files": 1, "max_fields": MOST_FIELDS, "max_part_size": LONGEST_FIELD}
    async with request.form(**limits) as data:
        file = data.get("file")
        yield Form.of(data), file.file if isinstance(file, UploadFile) and file.size else None
