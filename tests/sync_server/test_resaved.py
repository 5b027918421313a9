"""A file that a program saved again, with the office's own copy at hand: what is said of it."""

import zlib
from io import BytesIO

import httpx
import pikepdf
import pytest

from sync_server.archive import archive_search
from sync_server.archive.archive_check import verify_online
from sync_server.reports.file_check import read_resaved
from sync_server.reports.resaved import Resaved, page_differences
from sync_server.reports.verify import Verdict
from tests.sync_server.sealed import sealed
from tests.sync_server.test_archive import sealing, visit

assert sealing
assert visit


@pytest.fixture
def copy(sealing, visit):
    """The sealed report as the customer got it."""
    [archived] = sealing.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    return sealing.context.blobs.read(archived.sealed_sha256)


def saved(pdf, change=lambda opened: None, **how):
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, **how)
    return out.getvalue()


def turned(opened):
    opened.pages[0].rotate(90, relative=True)


def commented(opened):
    note = opened.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[50, 50, 200, 80],
        Contents="Pagado",
    ))  # fmt: skip
    opened.pages[0].obj.Annots = opened.make_indirect(pikepdf.Array([note]))


def with_another_figure(pdf):
    """One figure on the first page is another; then it is saved as an editor would."""
    where = pdf.index(b"> Tj")
    figure = b"3" if pdf[where - 1 : where] != b"3" else b"4"
    return saved(pdf[: where - 1] + figure + pdf[where:])


def looked_at(office, pdf):
    finding = verify_online(office.context, pdf)
    return finding, {check.code: check.passed for check in finding.checks}


def test_saved_again_it_is_never_green_and_accused_of_nothing(sealing, copy):
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    for how in ({}, packed):
        for change in (lambda opened: None, turned):
            finding, said = looked_at(sealing, saved(copy, change, **how))
            assert finding.verdict is Verdict.UNCHECKED
            assert said["pages"] is said["archived_record"] is True
            assert finding.differences == ()
    page = httpx.post(f"{sealing.url}/v", files={"file": saved(copy)}, timeout=60).text
    assert "Este archivo no es el que se selló" in page
    assert "palabra por palabra, lo mismo que nuestra copia" in page
    assert "Qué hacer: pida el PDF original" in page
    for word in ("Auténtico", "Alterado", "no es de los de esta oficina", "fue modificado"):
        assert word not in page


def test_other_words_on_its_pages_are_named(sealing, copy):
    finding, said = looked_at(sealing, with_another_figure(copy))
    assert (finding.verdict, said["pages"]) == (Verdict.ALTERED, False)
    [one] = finding.differences
    assert (one.page, len(one.added), len(one.lacking)) == (1, 1, 1)
    finding, said = looked_at(sealing, saved(copy, commented))
    assert (finding.verdict, said["pages"]) == (Verdict.ALTERED, False)
    assert [d.added for d in finding.differences] == [("Pagado",)]


def test_without_the_record_in_it_nothing_of_ours_is_told(sealing, copy):
    """A page made up by somebody who wants to learn what ours says."""
    bare = saved(copy, lambda opened: opened.attachments.clear())
    finding, said = looked_at(sealing, bare)
    assert finding.verdict is Verdict.UNCHECKED
    assert "pages" not in said
    assert finding.differences == ()


def test_what_was_read_again_is_what_was_written():
    ours, theirs = read_resaved(sealed()), read_resaved(saved(sealed()))
    assert ours is not None
    assert ours == theirs
    assert ours.record is not None
    assert "Kyocera" in ours.pages[0]


def test_a_page_more_and_a_page_less_differ():
    one, two = Resaved(None, (("a",),)), Resaved(None, (("a",), ("b",)))
    assert [(d.page, d.added, d.lacking) for d in page_differences(two, one)] == [(2, ("b",), ())]
    assert [(d.page, d.added, d.lacking) for d in page_differences(one, two)] == [(2, (), ("b",))]


def test_what_unpacks_to_more_than_there_is_room_for_is_not_read():
    packer, blank = zlib.compressobj(1), bytes(1 << 20)
    bomb = b"".join(packer.compress(blank) for _ in range(560)) + packer.flush()
    out = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        stream = pikepdf.Stream(made, bomb, Filter=pikepdf.Name.FlateDecode)
        made.pages[0].obj.Contents = made.make_indirect(stream)
        made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(out.getvalue()) < 8 << 20
    assert read_resaved(out.getvalue()) is None


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nnothing", sealed()[:5000], b"text" * 999])
def test_what_is_no_file_is_not_read(pdf):
    assert read_resaved(pdf) is None
