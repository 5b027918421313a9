"""What is true of the office on SQLite is true of it on PostgreSQL: the same tests, once more."""

import pytest

from tests.sync_server.conftest import enrol, tablet
from tests.sync_server.test_closing import *  # noqa: F403
from tests.sync_server.test_feed import *  # noqa: F403
from tests.sync_server.test_immutability import *  # noqa: F403
from tests.sync_server.test_pull import *  # noqa: F403
from tests.sync_server.test_push import *  # noqa: F403

pytestmark = pytest.mark.postgres

__all__ = ["enrol", "tablet"]
