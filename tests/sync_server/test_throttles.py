"""Guessing is slow for whoever guesses, and keeps out nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from sync_server.database.tables import failed_try
from sync_server.identity import throttles
from sync_server.identity.throttles import (
    FREE,
    FREE_OF_AN_ADDRESS,
    LONGEST_WAIT,
    REMEMBERED,
    Counted,
    Rate,
    UnderWay,
    Wait,
    of_sign_in,
    wait_after,
)

NOW = datetime(2026, 3, 9, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANA = "ana@example.com"


def tried(office, account=ANA, address="10.0.0.1", browser=None, now=NOW, good=False):
    """One try, as the console makes it: None when it was checked, else what it has to wait for."""
    counters = of_sign_in("email", account, address, browser)
    with UnderWay().begun(office.context.database, counters, now) as wait:
        if wait is None:
            work = throttles.forgive if good else throttles.fail
            more = () if good else (now,)
            office.do(lambda tx: work(tx, counters, *more))
    return wait


def rows(office) -> list[str]:
    return list(office.ask(lambda tx: tx.scalars(select(failed_try.c.key))))


def test_the_wait_doubles_and_has_an_end():
    assert wait_after(FREE - 1, FREE) == timedelta()
    assert [wait_after(FREE + more, FREE) / SECOND for more in range(3)] == [2, 4, 8]
    assert wait_after(FREE + 8, FREE) == timedelta(seconds=512)
    assert wait_after(FREE + 9, FREE) == LONGEST_WAIT
    assert wait_after(1_000_000, FREE) == LONGEST_WAIT


def test_the_sixth_guess_at_an_account_waits_wherever_it_comes_from(office):
    for number in range(FREE):
        assert tried(office, address=f"10.0.0.{number}") is None
    assert tried(office, address="10.9.9.9") == Wait(NOW + 2 * SECOND)
    assert tried(office, f" {ANA.upper()} ", "10.9.9.9") == Wait(NOW + 2 * SECOND)
    assert tried(office, "else@example.com", "10.9.9.9") is None


def test_the_wait_is_over_when_it_says_so_and_a_next_failure_makes_it_longer(office):
    for _ in range(FREE):
        tried(office)
    open_again = NOW + 2 * SECOND
    assert tried(office, now=open_again - timedelta(microseconds=1)) == Wait(open_again)
    assert tried(office, now=open_again) is None
    assert tried(office, now=open_again) == Wait(open_again + 4 * SECOND)


def test_only_a_failure_is_written_and_one_that_waits_is_none(office):
    assert tried(office, good=True) is None
    assert rows(office) == []
    for _ in range(FREE + 3):
        tried(office)
    assert sorted(rows(office)) == sorted([f"email:{ANA}", "ip:10.0.0.1/32"] * FREE)


def test_a_day_later_it_is_forgotten(office):
    for _ in range(FREE):
        tried(office)
    tried(office, "else@example.com", "10.0.0.2", now=NOW + REMEMBERED - SECOND)
    assert len(rows(office)) == 2 * FREE + 2
    tried(office, "else@example.com", "10.0.0.2", now=NOW + REMEMBERED)
    assert len(rows(office)) == 4
    assert tried(office, now=NOW + REMEMBERED) is None


def test_one_address_cannot_try_everybody(office):
    for number in range(FREE_OF_AN_ADDRESS):
        assert tried(office, f"p{number}@example.com") is None
    assert tried(office, "one.more@example.com") == Wait(NOW + 2 * SECOND)
    assert tried(office, "one.more@example.com", "10.0.0.2") is None


def test_success_forgives_that_account_but_not_the_address(office):
    for number in range(FREE_OF_AN_ADDRESS - FREE):
        tried(office, f"p{number}@example.com")
    for _ in range(FREE - 1):
        tried(office)
    assert tried(office, good=True) is None
    assert tried(office) is None, "the thirtieth failure of the address, the first of the account"
    assert isinstance(tried(office, "last@example.com"), Wait)
    for _ in range(FREE - 1):
        assert tried(office, address="10.0.0.2") is None
    assert isinstance(tried(office, address="10.0.0.2"), Wait)


def test_strangers_cannot_keep_out_a_browser_that_is_known(office):
    for number in range(FREE_OF_AN_ADDRESS):
        tried(office, f"p{number}@example.com")
    for _ in range(FREE):
        tried(office, address="10.0.0.2")
    assert isinstance(tried(office), Wait)
    assert tried(office, browser="b:ana") is None
    for _ in range(FREE - 1):
        assert tried(office, browser="b:ana") is None
    assert isinstance(tried(office, browser="b:ana"), Wait), "five of its own, as anybody has"
    assert tried(office, browser="other:ana") is None


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_an_address_is_what_one_place_has_for_itself(one, other, together):
    assert (throttles.network(one) == throttles.network(other)) is together


def test_whatever_stands_for_an_address_is_a_short_key():
    assert len(throttles.network("x" * 5000)) == 64
    [account, _] = of_sign_in("email", "x" * 5000, "", None)
    assert len(account.key) < 300


def test_many_tries_at_once_do_not_slip_past_the_count(office):
    under_way, counters = UnderWay(), [Counted("email:a", FREE)]
    waits = []

    def nested(deep: int) -> None:
        with under_way.begun(office.context.database, counters, NOW) as wait:
            waits.append(wait)
            if deep:
                nested(deep - 1)

    nested(FREE)
    assert waits == [None] * FREE + [Wait(NOW + 2 * SECOND)]
    with under_way.begun(office.context.database, counters, NOW) as wait:
        assert wait is None, "none of them failed, and none is under way any more"


def test_a_rate_has_its_burst_and_then_one_at_a_time():
    rate = Rate(3, 10 * SECOND)
    assert [rate.wait("a", NOW) for _ in range(3)] == [None] * 3
    assert rate.wait("a", NOW) == Wait(NOW + 10 * SECOND)
    assert rate.wait("b", NOW) is None
    assert rate.wait("a", NOW + 10 * SECOND - timedelta(microseconds=1)) is not None
    assert rate.wait("a", NOW + 10 * SECOND) is None
    assert rate.wait("a", NOW + 10 * SECOND) == Wait(NOW + 20 * SECOND)
    assert [rate.wait("a", NOW + 60 * SECOND) for _ in range(4)].count(None) == 3


def test_a_rate_keeps_so_many_keys_and_no_more():
    rate = Rate(1, SECOND, most=2)
    for key in "abc":
        assert rate.wait(key, NOW) is None
    assert rate.wait("b", NOW) is not None
    assert rate.wait("a", NOW) is None, "the one that asked longest ago was let go"


def test_a_clock_that_was_put_back_makes_nobody_wait_longer_than_a_whole_burst():
    rate = Rate(2, SECOND)
    rate.wait("a", NOW)
    earlier = NOW - timedelta(days=1)
    assert rate.wait("a", earlier) == Wait(earlier + SECOND)


@pytest.mark.parametrize(
    ("until", "seconds"), [(timedelta(0), 1), (SECOND, 1), (1.001 * SECOND, 2), (15 * SECOND, 15)]
)
def test_a_wait_is_told_in_whole_seconds(until, seconds):
    assert Wait(NOW + until).seconds(NOW) == seconds
