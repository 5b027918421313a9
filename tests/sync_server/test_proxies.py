"""An address is believed from the proxies that are named, and from nobody else."""

import re

import httpx
import pytest
from sqlalchemy import select

from sync_server.database.tables import failed_try
from sync_server.runtime.proxies import NONE_NAMED, NOT_NAMED
from sync_server.runtime.settings import BadSetting, Settings
from tests.office import RunningOffice


def asked_from(office: RunningOffice, handed_on: str) -> str:
    """What a wrong code is counted by, when a request says that it was handed on."""
    headers = {"X-Forwarded-For": handed_on} if handed_on else {}
    httpx.post(f"{office.url}/api/v1/enrol", json={"code": "wrong"}, headers=headers)
    newest = select(failed_try.c.key).order_by(failed_try.c.id.desc()).limit(1)
    return office.ask(lambda tx: str(tx.scalar(newest))).removeprefix("enrol:")


def proxies(office: RunningOffice) -> str:
    answer = httpx.get(f"{office.url}/readyz")
    assert answer.status_code == 200, "it is no reason to send nobody here"
    return str(answer.json()["proxies"])


def named(office: RunningOffice, proxies: str, **more: str) -> RunningOffice:
    office.stop()
    return office.start(trusted_proxies=proxies, **more)


def test_nobody_is_believed_by_default_not_even_this_machine(office, capsys):
    assert proxies(office) == "ok"
    assert asked_from(office, "198.51.100.7") == "127.0.0.1/32"
    assert proxies(office) == "not_named"
    asked_from(office, "198.51.100.8")
    assert capsys.readouterr().err.count(NOT_NAMED) == 1


def test_a_named_proxy_says_who_asks(office, capsys):
    named(office, "127.0.0.1, 10.0.0.0/8")
    assert asked_from(office, "198.51.100.7") == "198.51.100.7/32"
    assert asked_from(office, "198.51.100.7, 10.3.2.1") == "198.51.100.7/32", "through two of ours"
    assert asked_from(office, "198.51.100.9, 203.0.113.5, 10.3.2.1") == "203.0.113.5/32"
    assert asked_from(office, "") == "127.0.0.1/32"
    assert proxies(office) == "ok"
    assert NOT_NAMED not in capsys.readouterr().err


def test_one_that_is_not_named_is_not_believed(office):
    named(office, "10.0.0.0/8")
    assert asked_from(office, "198.51.100.7") == "127.0.0.1/32"
    assert proxies(office) == "not_named"


def test_the_scheme_is_the_proxys_too(office):
    for trusted, secure in (("", False), ("127.0.0.1", True)):
        named(office, trusted)
        answer = httpx.post(
            f"{office.url}/sign-out",
            headers={"X-Forwarded-Proto": "https", "Sec-Fetch-Site": "same-origin"},
        )
        assert ("__Host-" in answer.headers["set-cookie"]) is secure


@pytest.mark.parametrize(
    ("address", "trusted", "found"),
    [
        ("https://folio.example.com", "", "none_named"),
        ("https://folio.example.com", "127.0.0.1", "ok"),
        ("http://localhost:8000", "", "ok"),
    ],
)
def test_an_https_address_without_a_named_proxy_warns_at_the_start(
    office, capsys, address, trusted, found
):
    capsys.readouterr()
    named(office, trusted, public_url=address)
    assert proxies(office) == found
    assert (NONE_NAMED in capsys.readouterr().err) is (found == "none_named")


@pytest.mark.parametrize("said", ["*", "door", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.1, ::/0"])
def test_a_name_that_is_no_address_and_everybody_are_refused(said):
    with pytest.raises(BadSetting, match=re.escape("FOLIO_TRUSTED_PROXIES: ")):
        Settings.from_environment({"FOLIO_TRUSTED_PROXIES": said})
