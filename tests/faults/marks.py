"""On which databases and stores a test runs."""

import pytest

_PG = pytest.param("postgres", marks=pytest.mark.postgres)

on_both_databases = pytest.mark.parametrize("place", ["sqlite", _PG], indirect=True)
on_both_stores = pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)
on_postgres = pytest.mark.parametrize("place", [_PG], indirect=True)
on_postgres_and_s3 = pytest.mark.parametrize(
    "place", [pytest.param("postgres s3", marks=pytest.mark.postgres)], indirect=True
)
everywhere = pytest.mark.parametrize(
    "place",
    ["sqlite", _PG, pytest.param("postgres s3", marks=pytest.mark.postgres)],
    indirect=True,
)
