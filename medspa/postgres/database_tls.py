"""Whether the way to the database is safe: a socket, this computer, or verified TLS."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

VERIFIED = "verify-full"


def database_tls_problem(database: Mapping[str, Any]) -> str:
    """What is wrong with the way to `database` (as in DATABASES); empty if nothing.

    Less than verify-full encrypts, and to whoever answers.
    """
    options = database.get("OPTIONS", {})
    hosts = str(options.get("host") or database.get("HOST") or "").split(",")
    if all(_is_here(host) for host in hosts) or options.get("sslmode") == VERIFIED:
        return ""
    return (
        "The database is on another computer, and the connection to it is not "
        f"verified. Add ?sslmode={VERIFIED}&sslrootcert=system to DATABASE_URL; "
        "instead of system, the path of your provider's certificate, if it has one."
    )


def _is_here(host: str) -> bool:
    """A socket in the file system, or a name that is always this computer."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
