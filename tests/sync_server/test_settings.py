"""What an operator says is taken at its word, or refused with a sentence."""

import re
from pathlib import Path

import pytest

from sync_server.runtime.context import kept_secret
from sync_server.runtime.settings import TEXTS, BadSetting, Settings
from tests.contract.pages import DOCS


def test_what_is_not_said_has_its_default(tmp_path: Path):
    settings = Settings.from_environment({"FOLIO_DATA": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path}/folio.db"
    assert settings.blob_place == f"{tmp_path}/blobs"
    assert settings.close_on_signed_conformity
    assert settings.durable == "commit"


def test_what_is_said_is_taken():
    settings = Settings.from_environment(
        {
            "FOLIO_DATABASE_URL": "postgresql://db/folio",
            "FOLIO_BLOBS": "s3://photos/folio",
            "FOLIO_CLOSE_ON_SIGNED_CONFORMITY": "no",
            "FOLIO_DURABLE": "backup",
            "FOLIO_MINIMUM_PULL_SCHEMA": "2",
        }
    )
    assert settings.database == "postgresql://db/folio"
    assert settings.blob_place == "s3://photos/folio"
    assert not settings.close_on_signed_conformity
    assert (settings.durable, settings.minimum_pull_schema) == ("backup", 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOLIO_CLOSE_ON_SIGNED_CONFORMITY", "perhaps"),
        ("FOLIO_DURABLE", "never"),
        ("FOLIO_MINIMUM_PULL_SCHEMA", "one"),
    ],
)
def test_what_means_nothing_is_refused_by_name(name: str, value: str):
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: value})


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    first = kept_secret(tmp_path / "secret")
    assert kept_secret(tmp_path / "secret") == first
    assert len(first) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_the_pages_name_the_settings_there_are():
    documented = set(re.findall(r"`(FOLIO_[A-Z_0-9]+)`", (DOCS / "SETTINGS.md").read_text("utf-8")))
    assert documented >= set(TEXTS.values())
    named = set(re.findall(r"\bFOLIO_[A-Z_0-9]+", (DOCS / "DEPLOYMENT.md").read_text("utf-8")))
    assert named
    assert named - documented == set()


def test_a_secret_is_not_shown():
    assert "hush" not in repr(Settings.from_environment({"FOLIO_SECRET": "hush"}))
