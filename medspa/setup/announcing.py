"""What a server prints when it starts on an empty site: the link for its owner."""

import sys

from django.conf import settings
from django.core.management.commands.runserver import naiveip_re
from django.db import DatabaseError, connection

from medspa.readiness import READINESS
from medspa.refusals import Refused
from medspa.setup.owner import make_owner_link

EVERY_ADDRESS = ("0", "0.0.0.0", "[::]")  # noqa: S104


def default_site() -> str:
    """Where this site probably is; the terminal can't know what stands in front."""
    if settings.SITE_URL:
        return str(settings.SITE_URL)
    if settings.DEBUG:
        return f"http://{_served_at(sys.argv)}"
    return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.*')}"


def _served_at(arguments: list[str]) -> str:
    """Where `runserver` listens: as its arguments say, or as it does without them."""
    for argument in arguments[1:]:
        named = naiveip_re.match(argument) if "runserver" in arguments else None
        if named:
            host = named["addr"] or "127.0.0.1"
            return f"{'127.0.0.1' if host in EVERY_ADDRESS else host}:{named['port']}"
    return "127.0.0.1:8000"


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
