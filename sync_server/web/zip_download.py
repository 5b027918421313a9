"""A ZIP download of any size: written to a temporary file, then streamed."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

PIECE = 256 * 1024
"""Bytes that are sent at a time."""


def packed(fill: Callable[[IO[bytes]], str]) -> Response:
    """What `fill` writes, under the name that it returns. Raises what `fill` raises."""
    out = TemporaryFile()  # noqa: SIM115 - it is closed when it was sent
    try:
        name = fill(out)
    except BaseException:
        out.close()
        raise
    length = out.tell()
    out.seek(0)
    return StreamingResponse(
        _pieces(out), media_type="application/zip", background=BackgroundTask(out.close),
        headers={"Content-Disposition": f'attachment; filename="{name}"',
                 "Content-Length": str(length)},
    )  # fmt: skip


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
