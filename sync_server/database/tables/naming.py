"""The metadata of all tables: naming of constraints and indexes, types of ids and row numbers."""

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)
"""An id: a UUIDv7 in text for everything that Folio makes."""

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A row number that the database gives; SQLite only counts INTEGER by itself."""
