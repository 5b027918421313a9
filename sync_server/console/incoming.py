"""A submitted form, read within limits before anything looks at it."""

from fastapi import Request

from sync_server.console.forms import Form

MOST_FIELDS = 100
LONGEST_FIELD = 32 * 1024


async def submitted(request: Request) -> Form:
    """The text fields of this request. Too many, or too long, are answered with a 400."""
    data = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    return Form.of(data)
