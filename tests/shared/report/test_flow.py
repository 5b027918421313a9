"""Pages filled with slabs: what belongs together stays together, heads are set again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.report.blocks import Letterhead, Paper
from shared.report.paper.flow import BREAK, pages
from shared.report.paper.marks import Box
from shared.report.paper.sheet import Sheet
from shared.report.paper.slabs import Slab
from shared.report.pdf import ASSETS
from shared.report.typeface import typeface

SHEET = Sheet(Paper.LETTER, typeface(ASSETS / "fonts"), Letterhead("", "", ()), {})
ROOM, FIRST = SHEET.height(first=False), SHEET.height(first=True)
slabs = st.builds(Slab, st.floats(1, 200), before=st.floats(0, 30), keep=st.booleans())


def laid(*standing):
    return [[item.slab for item in page] for page in pages(standing, SHEET)]


@given(st.lists(slabs, max_size=40))
def test_every_slab_is_placed_once_in_order_and_none_overlap(standing):
    filled = pages(standing, SHEET)
    assert [item.slab for page in filled for item in page] == standing
    for number, page in enumerate(filled):
        end = 0.0
        for item in page:
            assert item.y >= end
            end = item.y + item.slab.height
            assert end <= SHEET.height(first=number == 0) + 1e-6


def test_a_heading_goes_to_the_next_page_with_its_first_line():
    above, heading, line = Slab(FIRST - 20), Slab(15, keep=True), Slab(12)
    assert laid(above, heading, line) == [[above], [heading, line]]


def test_what_is_longer_than_a_page_is_cut_all_the_same():
    long = [Slab(100, keep=True) for _ in range(20)]
    assert len(laid(*long)) == 4


def test_a_table_that_goes_on_has_its_labels_again():
    head = Slab(10)
    rows = [Slab(100, head=(head,)) for _ in range(9)]
    first, second = laid(head, *rows)
    assert (first[0], second[0]) == (head, head)
    assert (len(first), len(second)) == (7, 4)


def test_a_prose_that_goes_on_has_its_label_again():
    label = Box(0, 0, 1, 1, "#000000")
    lines = [Slab(100, again=(label,)) for _ in range(9)]
    first, second = laid(Slab(50), *lines)
    assert first[1].marks == ()
    assert second[0] == replace(lines[0], marks=(label,))


def test_space_above_vanishes_at_the_top_of_a_page():
    (_, second) = pages([Slab(FIRST), Slab(10, before=20)], SHEET)
    assert second[0].y == 0


def test_an_annex_starts_a_page():
    a, b = Slab(10), Slab(11)
    assert laid(a, BREAK, b) == [[a], [b]]


def test_no_page_is_empty():
    assert laid(BREAK, Slab(10)) == [[Slab(10)]]
    assert laid() == []
