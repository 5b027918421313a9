"""What an operator says is taken at its word, or refused with a sentence."""

import re
from pathlib import Path

import pytest

from sync_server.runtime.context import kept_secret
from sync_server.runtime.settings import BadSetting, Settings, variables
from tests.contract.pages import DOCS


def test_what_is_not_said_has_its_default(tmp_path: Path):
    settings = Settings.from_environment({"FOLIO_DATA": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path}/folio.db"
    assert settings.blob_place == f"{tmp_path}/blobs"
    assert settings.close_on_signed_conformity
    assert settings.durable == "commit"
    assert settings.checklist_term_days == 30


def test_what_is_said_is_taken():
    settings = Settings.from_environment(
        {
            "FOLIO_DATABASE_URL": "postgresql://db/folio",
            "FOLIO_BLOBS": "s3://photos/folio",
            "FOLIO_CLOSE_ON_SIGNED_CONFORMITY": "no",
            "FOLIO_DURABLE": "backup",
            "FOLIO_MINIMUM_PULL_SCHEMA": "2",
            "FOLIO_CHECKLIST_TERM_DAYS": "45",
        }
    )
    assert settings.database == "postgresql://db/folio"
    assert settings.blob_place == "s3://photos/folio"
    assert not settings.close_on_signed_conformity
    assert (settings.durable, settings.minimum_pull_schema) == ("backup", 2)
    assert settings.checklist_term_days == 45


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOLIO_CLOSE_ON_SIGNED_CONFORMITY", "perhaps", "is 1 or 0, not 'perhaps'"),
        ("FOLIO_DURABLE", "never", "is commit or backup, not 'never'"),
        ("FOLIO_MINIMUM_PULL_SCHEMA", "one", "is a whole number, not 'one'"),
        ("FOLIO_RETENTION_YEARS", "-1", "is a whole number, not '-1'"),
        ("FOLIO_RETENTION_YEARS", "1.5", "is a whole number, not '1.5'"),
        ("FOLIO_CHECKLIST_TERM_DAYS", "a month", "is a whole number, not 'a month'"),
    ],
)
def test_what_means_nothing_is_refused_by_name(name: str, value: str, sentence: str):
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment({name: value})
    assert str(refused.value) == f"{name} {sentence}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", True), ("Sí", True), ("si", True), ("YES", True), ("0", False), ("no", False),
     ("off", False), ("", False)],
)  # fmt: skip
def test_yes_and_no_are_read_in_both_languages(said: str, meant: bool):
    read = Settings.from_environment({"FOLIO_CLOSE_ON_SIGNED_CONFORMITY": said})
    assert read.close_on_signed_conformity is meant


def test_an_empty_variable_is_one_that_is_not_said():
    read = Settings.from_environment({"FOLIO_NAME": "", "FOLIO_DATA": "", "FOLIO_DURABLE": ""})
    assert (read.name, read.data, read.durable) == ("Folio", Path("data").absolute(), "commit")


def test_the_environment_is_read_only_when_it_is_handed_in(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FOLIO_NAME", "Copiadoras del Valle")
    assert Settings(data=tmp_path).name == "Folio"
    assert Settings.from_environment({}).name == "Folio"
    assert Settings.from_environment({"FOLIO_NAME": "Taller"}).name == "Taller"


def test_a_prefix_is_said_by_its_own_short_name():
    assert Settings.from_environment({"FOLIO_PREFIX": "CDV"}).folio_prefix == "CDV"


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    first = kept_secret(tmp_path / "secret")
    assert kept_secret(tmp_path / "secret") == first
    assert len(first) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_the_pages_name_the_settings_there_are():
    documented = set(re.findall(r"`(FOLIO_[A-Z_0-9]+)`", (DOCS / "SETTINGS.md").read_text("utf-8")))
    assert documented >= set(variables().values())
    named = set(re.findall(r"\bFOLIO_[A-Z_0-9]+", (DOCS / "DEPLOYMENT.md").read_text("utf-8")))
    assert named
    assert named - documented == set()


def test_the_page_says_the_defaults_there_are(tmp_path: Path):
    page = (DOCS / "SETTINGS.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(FOLIO_\w+)` \| `([^`/]+)` \|", page, re.MULTILINE))
    settings = Settings.from_environment({})
    for name, variable in variables().items():
        if variable in rows and name != "data":
            value = getattr(settings, name)
            assert rows[variable] == str(int(value) if isinstance(value, bool) else value), variable
    assert len(rows) > 8


def test_a_secret_is_not_shown():
    assert "hush" not in repr(Settings.from_environment({"FOLIO_SECRET": "hush"}))
