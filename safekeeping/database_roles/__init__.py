"""The application's own role in the database, which owns no table."""
