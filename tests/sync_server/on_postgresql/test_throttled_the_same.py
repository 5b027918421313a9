"""Failures are counted on PostgreSQL as on SQLite: the same tests, once more."""

import pytest

from tests.sync_server.test_throttles import (
    test_a_day_later_it_is_forgotten,
    test_many_tries_at_once_do_not_slip_past_the_count,
    test_only_a_failure_is_written_and_one_that_waits_is_none,
    test_strangers_cannot_keep_out_a_browser_that_is_known,
    test_success_forgives_that_account_but_not_the_address,
    test_the_wait_is_over_when_it_says_so_and_a_next_failure_makes_it_longer,
)

pytestmark = pytest.mark.postgres

__all__ = [
    "test_a_day_later_it_is_forgotten",
    "test_many_tries_at_once_do_not_slip_past_the_count",
    "test_only_a_failure_is_written_and_one_that_waits_is_none",
    "test_strangers_cannot_keep_out_a_browser_that_is_known",
    "test_success_forgives_that_account_but_not_the_address",
    "test_the_wait_is_over_when_it_says_so_and_a_next_failure_makes_it_longer",
]
