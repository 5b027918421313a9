"""What the office packs its answers with, and what it takes. SYNC.md, Transport."""

import gzip

import zstandard

from shared.operations.packing import WORTH_PACKING, taken

TAKEN = "zstd, gzip"
"""What the office unpacks, in the words of its Accept-Encoding."""


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


def _with_zstd(content: bytes) -> bytes:
    # A third of gzip's time for a page, and smaller: docs/decisions/0007-zstd.md.
    how = zstandard.ZstdCompressionParameters.from_level(
        5, source_size=len(content), search_log=6, min_match=5
    )
    return zstandard.ZstdCompressor(compression_params=how).compress(content)
