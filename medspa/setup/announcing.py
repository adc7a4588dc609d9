"""What a server prints when it starts on an empty site: the link for its owner."""

import sys

from django.conf import settings
from django.db import DatabaseError, connection

from medspa.readiness import READINESS
from medspa.refusals import Refused
from medspa.setup.owner import make_owner_link


def default_site() -> str:
    """Where this site probably is; the terminal can't know what stands in front."""
    if settings.SITE_URL:
        return str(settings.SITE_URL)
    if settings.DEBUG:
        return "http://127.0.0.1:8000"
    return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.*')}"


def announce_owner_link() -> None:
    """Print the link, if nobody can sign in; a database that is away says nothing."""
    try:
        if READINESS.problem():
            return
        link = make_owner_link(default_site())
    except (Refused, DatabaseError):
        return
    finally:
        if not connection.in_atomic_block:
            connection.close()
    sys.stderr.write(
        "\nNo one can sign in here yet. Open this link within 24 hours to create the "
        f"owner; it works once:\n{link}\n\n"
    )
