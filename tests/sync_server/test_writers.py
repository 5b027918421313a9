"""Who wrote each field last, as it is stored with a ticket."""

from hypothesis import given
from hypothesis import strategies as st

from shared.operations.merge import FieldAuthor
from shared.ticket.people import Role
from sync_server.tickets.field_authors import field_authors, stored_field_authors

WRITERS = st.builds(
    FieldAuthor, st.integers(1, 9), st.sampled_from(["t1", "t2"]), st.sampled_from(Role)
)


@given(st.dictionaries(st.text(min_size=1), WRITERS))
def test_it_comes_back_as_it_was(written: dict[str, FieldAuthor]):
    assert field_authors(stored_field_authors(written)) == written


def test_fields_written_together_are_stored_together():
    one, two = FieldAuthor(1, "t1", Role.ENGINEER), FieldAuthor(2, "system", Role.SYSTEM)
    stored = stored_field_authors({"diagnosis": one, "state": two, "solution": one})
    assert stored == [
        [1, "t1", "engineer", ["diagnosis", "solution"]],
        [2, "system", "system", ["state"]],
    ]


def test_the_form_of_the_first_offices_is_read():
    assert field_authors({"state": [2, "system", "system"]}) == {
        "state": FieldAuthor(2, "system", Role.SYSTEM)
    }
