"""What is kept, held and let go on SQLite is so on PostgreSQL: the same tests, once more."""

import pytest

from tests.sync_server.conftest import enrol
from tests.sync_server.test_retention import (
    closed,
    later,
    test_a_deleted_ticket_leaves_its_hashes_and_nothing_else,
    test_nothing_is_due_before_its_term,
    test_the_database_itself_lets_nothing_go_unwritten,
    test_what_is_held_is_not_deleted_until_the_hold_is_lifted,
)

pytestmark = pytest.mark.postgres

__all__ = [
    "closed",
    "enrol",
    "later",
    "test_a_deleted_ticket_leaves_its_hashes_and_nothing_else",
    "test_nothing_is_due_before_its_term",
    "test_the_database_itself_lets_nothing_go_unwritten",
    "test_what_is_held_is_not_deleted_until_the_hold_is_lifted",
]
