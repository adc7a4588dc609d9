"""Whether the way to the database is safe: a socket, this computer, or verified TLS.

Nothing here imports Django: settings.py asks before there is one.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

# Encrypts, and checks that the server is the one that was asked for.
VERIFIED = "verify-full"


def database_tls_problem(
    database: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> str:
    """What is wrong with the way to `database` (as in DATABASES); empty if nothing.

    Less than verify-full encrypts, and to whoever answers. `environment` may hold
    libpq's PGHOST and PGSSLMODE, which count where the URL is silent.
    """
    options, environment = database.get("OPTIONS", {}), environment or {}
    # In the order in which Django and libpq look for it.
    host = database.get("HOST") or options.get("host") or environment.get("PGHOST", "")
    mode = options.get("sslmode") or environment.get("PGSSLMODE", "")
    if mode == VERIFIED or all(map(is_local, str(host).split(","))):
        return ""
    return (
        "the database is on another computer, and the connection to it is not "
        f"verified. Add ?sslmode={VERIFIED}&sslrootcert=system to DATABASE_URL; "
        "instead of system, the path of your provider's certificate, if it has one. "
        "On a private network that no one else uses (containers of one computer, a "
        "VPN) set DATABASE_PRIVATE_NETWORK=on instead"
    )


def is_local(host: str) -> bool:
    """A socket in the file system, or a name that is always this computer."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_https_or_local(url: str) -> bool:
    """What is sent there can't be read on its way."""
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        return False
    is_safe = address.scheme == "https" or (address.scheme == "http" and is_local(host))
    return bool(host) and is_safe
