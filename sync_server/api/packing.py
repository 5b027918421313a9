"""Bodies packed for the way, and unpacked no further than a message may grow. SYNC.md."""

import gzip

import zstandard

from shared.packing import (
    MOST_WINDOW,
    WORTH_PACKING,
    BrokenPacking,
    GrowsTooMuch,
    gunzipped,
    taken,
)

TAKEN = "zstd, gzip"
"""What the office unpacks, in the words of its Accept-Encoding."""


class UnknownPacking(ValueError):
    """A Content-Encoding that is not one of ours."""


def packed(content: bytes, accept_encoding: str) -> tuple[bytes, str | None]:
    """A body as its reader likes it best, and the name of its packing if it has one."""
    if len(content) < WORTH_PACKING:
        return content, None
    reads = taken(accept_encoding)
    if "zstd" in reads:
        return _with_zstd(content), "zstd"
    if "gzip" in reads:
        return gzip.compress(content, compresslevel=6, mtime=0), "gzip"
    return content, None


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """A body without its packing, `most` bytes of it at most.

    Raises UnknownPacking, BrokenPacking, GrowsTooMuch.
    """
    match encoding.strip().lower():
        case "identity" | "":
            return body
        case "gzip" | "x-gzip":
            return gunzipped(body, most)
        case "zstd":
            return _from_zstd(body, most)
    raise UnknownPacking


def _with_zstd(content: bytes) -> bytes:
    # A third of gzip's time for a page, and smaller: docs/decisions/0007-zstd.md.
    how = zstandard.ZstdCompressionParameters.from_level(
        5, source_size=len(content), search_log=6, min_match=5
    )
    return zstandard.ZstdCompressor(compression_params=how).compress(content)


def _from_zstd(body: bytes, most: int) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=MOST_WINDOW)
    try:
        size = zstandard.frame_content_size(body)
        if size < 0:
            # The sender did not say: one byte too many tells enough.
            size = len(reader.stream_reader(body).read(most + 1))
        if size > most:
            raise GrowsTooMuch
        return reader.decompress(body, max_output_size=max(size, 1), allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BrokenPacking("not zstd, cut, damaged, or more than one frame") from error
