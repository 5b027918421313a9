"""The database: engines for SQLite and PostgreSQL, tables, migrations, triggers."""
