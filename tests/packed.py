"""Bodies packed with zstd in the ways that clients do, and in one that only an attacker does."""

import zstandard


def with_zstd(content: bytes) -> bytes:
    """One frame that says how much is in it."""
    return zstandard.ZstdCompressor().compress(content)


def zstd_of_unknown_size(
    content: bytes, how: zstandard.ZstdCompressionParameters | None = None
) -> bytes:
    """One frame, as a client packs that does not know beforehand how much it will send."""
    params = how or zstandard.ZstdCompressionParameters.from_level(3)
    packing = zstandard.ZstdCompressor(compression_params=params).compressobj()
    return packing.compress(content) + packing.flush()


def repeated(blocks: int) -> bytes:
    """A frame of blocks that each say «128 KiB of spaces» in four bytes. RFC 8878, 3.1.1.2."""
    window_of_2_mib = b"\x58"
    head = zstandard.FRAME_HEADER + b"\x00" + window_of_2_mib
    return head + _block(last=False) * (blocks - 1) + _block(last=True)


def _block(last: bool) -> bytes:
    size, run_of_one_byte = 128 << 10, 1
    return (size << 3 | run_of_one_byte << 1 | last).to_bytes(3, "little") + b" "
