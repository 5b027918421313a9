"""A form is done once on PostgreSQL as on SQLite: the same tests, once more."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from tests.sync_server.on_postgresql.conftest import made
from tests.sync_server.test_form_keys import (
    opened,
    test_a_form_is_remembered_for_its_time_and_no_longer,
    test_the_same_words_of_two_pages_are_one_for_a_moment,
    test_the_second_press_is_answered_as_the_first_and_does_nothing,
    test_two_processes_that_take_one_form_at_once_do_it_once,
    test_what_was_refused_may_be_tried_again,
)

pytestmark = pytest.mark.postgres

__all__ = [
    "opened",
    "test_a_form_is_remembered_for_its_time_and_no_longer",
    "test_the_same_words_of_two_pages_are_one_for_a_moment",
    "test_the_second_press_is_answered_as_the_first_and_does_nothing",
    "test_two_processes_that_take_one_form_at_once_do_it_once",
    "test_what_was_refused_may_be_tried_again",
]


@pytest.fixture
def address(server: URL, template: str) -> Iterator[str]:
    """Where a database is that every process of an office opens."""
    with made(server, f"TEMPLATE {template}") as address:
        yield address
