"""PDFs that nobody wrote to be read: small ones that cost a careless reader minutes."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache

SEAL = "FolioSeal"


def written(objects: Mapping[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects with a plain table, as ours have."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, count = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        free = b"0000000000 00000 f \n"
        out += b"%010d 00000 n \n" % places[number] if number in places else free
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        count, root, trailer, start,
    )  # fmt: skip
    return bytes(out)


PAGES = {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
         3: b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 9 9]>>"}  # fmt: skip


def _with_form(fields: bytes, more: Mapping[int, bytes]) -> bytes:
    root = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields %s>>>>" % fields
    return written({1: root, **PAGES, **more})


def shared_kids() -> bytes:
    """Eight levels of eight children that are all the same: 16 million fields to a walker."""
    more = {
        number: b"<</T(a)/Kids[%s]>>" % (b"%d 0 R " % (number + 1) * 8) for number in range(10, 18)
    }
    leaf = b"<</T(%s)/FT/Sig/V 19 0 R>>" % SEAL.encode()
    return _with_form(b"[10 0 R]", {**more, 18: leaf, 19: b"<</Type/Sig>>"})


def kids_of_themselves() -> bytes:
    """A field that is its own child."""
    return _with_form(b"[10 0 R]", {10: b"<</T(a)/Kids[10 0 R]>>"})


def flat_fields() -> bytes:
    """A million fields in one list, which is one and the same."""
    return _with_form(b"[%s]" % (b"10 0 R " * 1_000_000), {10: b"<</T(a)/FT/Tx>>"})


def shared_pages() -> bytes:
    """The page tree, by the same trick."""
    knots = {
        number: b"<</Type/Pages/Count 1/Kids[%s]>>" % (b"%d 0 R " % (number + 1) * 8)
        for number in range(10, 18)
    }
    page = b"<</Type/Page/Resources<<>>/MediaBox[0 0 9 9]>>"
    return written({1: b"<</Type/Catalog/Pages 10 0 R>>", **knots, 18: page})


@cache
def _thrice() -> bytes:
    """Two gigabytes of nothing, packed three times."""
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(2048)) + packer.flush()
    return zlib.compress(zlib.compress(packed, 9), 9)


def packed_thrice() -> bytes:
    """A page that grows to two gigabytes, out of a few kilobytes."""
    stream = b"<</Filter[/FlateDecode/FlateDecode/FlateDecode]/Length %d>>\nstream\n%s\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    body = stream % (len(_thrice()), _thrice())
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: PAGES[2], 3: page, 4: body})


def packed_attachment() -> bytes:
    """A record that grows to two gigabytes."""
    body = _thrice()
    stream = b"<</Type/EmbeddedFile/Filter[/FlateDecode/FlateDecode/FlateDecode]/Length %d>>"
    root = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(record.json) 4 0 R]>>>>>>"
    return written({
        1: root, **PAGES, 4: b"<</Type/Filespec/F(record.json)/EF<</F 5 0 R>>>>",
        5: (stream % len(body)) + b"\nstream\n%s\nendstream" % body,
    })  # fmt: skip


def deep() -> bytes:
    """A hundred thousand lists in each other."""
    root = b"<</Type/Catalog/Pages 2 0 R/X %s%s>>" % (b"[" * 100_000, b"]" * 100_000)
    return written({1: root, **PAGES})


def loop() -> bytes:
    """A table whose predecessor is itself."""
    plain = written({1: b"<</Type/Catalog/Pages 2 0 R>>", **PAGES})
    start = int(plain.rsplit(b"startxref\n", 1)[1].split()[0])
    return plain.replace(b"/Root", b"/Prev %d/Root" % start, 1)


def names_in_a_ring() -> bytes:
    """A tree of attachments that leads back to its root."""
    root = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R>>>>"
    return written({1: root, **PAGES, 4: b"<</Kids[5 0 R]>>", 5: b"<</Kids[4 0 R]>>"})


def encrypted() -> bytes:
    """One that says it is encrypted."""
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", **PAGES}, trailer=b"/Encrypt 3 0 R")


def truncated() -> bytes:
    """The first half of a file."""
    whole = written({1: b"<</Type/Catalog/Pages 2 0 R>>", **PAGES})
    return whole[: len(whole) // 2]


def many_objects() -> bytes:
    """Two hundred thousand objects, of which none is needed."""
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", **PAGES,
                    **dict.fromkeys(range(10, 200000), b"<<>>")})  # fmt: skip


CORPUS: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        shared_kids, kids_of_themselves, flat_fields, shared_pages, packed_thrice,
        packed_attachment, deep, loop, names_in_a_ring, encrypted, truncated, many_objects,
    )
}  # fmt: skip


def corpus() -> Iterator[tuple[str, bytes]]:
    """All of them, by name."""
    for name, made in CORPUS.items():
        yield name, made()
