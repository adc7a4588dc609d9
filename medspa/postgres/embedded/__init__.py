"""The PostgreSQL server that development, the demo and the tests share.

Its data is in `var/postgres`; `programs` knows where its programs come from.
Nothing here imports Django: settings.py asks for the URL.
"""

from pathlib import Path

from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.server import EmbeddedPostgres

__all__ = ["EMBEDDED", "EmbeddedPostgres", "EmbeddedPostgresError"]

EMBEDDED = EmbeddedPostgres(Path(__file__).resolve().parents[3] / "var" / "postgres")
