"""Whether what goes to the database and back could be read or changed on its way.

Nothing here imports Django: settings.py asks before there is one.
"""

from ipaddress import ip_address

# Checks the server's certificate and that it is for the host that was asked for.
VERIFIED = "verify-full"


def is_local(host: str) -> bool:
    """Whether a connection to `host` stays on this computer: a socket or loopback."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def remote_hosts(hosts: str) -> list[str]:
    """Those of a URL's hosts, comma-separated, that are other computers."""
    return [host for host in hosts.split(",") if not is_local(host.strip())]


def tls_problem(hosts: str, sslmode: str) -> str:
    """Why the connection is not safe, in words for settings.py; empty if it is."""
    if sslmode == VERIFIED or not remote_hosts(hosts):
        return ""
    return (
        "the database is on another computer, so DATABASE_URL must end in "
        "?sslmode=verify-full&sslrootcert=/path/to/ca.pem: then the connection is "
        "encrypted and the server's certificate checked. On a private network that "
        "nobody else uses (containers of one computer, a VPN) set "
        "DATABASE_PRIVATE_NETWORK=on instead"
    )
