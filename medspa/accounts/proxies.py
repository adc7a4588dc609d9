"""Behind a proxy every client has the proxy's address; the real one is in a header.

Anybody can write that header, so it is believed only when a proxy of ours sent it.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
# A proxy that talks to us by a socket in the file system has no address.
SOCKET = ""


def networks(texts: Sequence[str]) -> Sequence[Network]:
    """Addresses and ranges of trusted proxies; raises ValueError."""
    return _networks(tuple(texts))


@lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text.strip()) for text in texts)


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    if address == SOCKET:
        return True
    try:
        return any(ip_address(address) in network for network in trusted)
    except ValueError:
        return False


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The last address that no proxy of ours has; what stands before it is hearsay.

    `peer` is who is connected to us, `forwarded` the X-Forwarded-For header.
    """
    hops = [*(hop.strip() for hop in forwarded.split(",") if hop.strip()), peer]
    while len(hops) > 1 and is_trusted(hops[-1], trusted):
        hops.pop()
    try:
        return str(ip_address(hops[-1]))
    except ValueError:
        return peer
