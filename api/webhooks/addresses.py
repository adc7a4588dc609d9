"""Which addresses on the internet may be connected to.

What a host resolves to is checked and then connected to as it is: a name that answers
otherwise the next time gains nothing.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

IpAddress = IPv4Address | IPv6Address


def is_public(text: str) -> bool:
    """Whether a resolved address is one that anybody on the internet may have.

    Not private, loopback, link-local (the metadata of clouds), shared, multicast,
    reserved (NAT64 too) or unspecified, nor an IPv6 address with such an IPv4 address.
    """
    try:
        address = ip_address(text)
    except ValueError:  # a scope, like fe80::1%eth0
        return False
    return all(_is_public(one) for one in (address, *_embedded(address)))


def is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def _is_public(address: IpAddress) -> bool:
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_unspecified
        or is_site_local
    )


def _embedded(address: IpAddress) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    found = (address.ipv4_mapped, address.sixtofour, *teredo)
    return [one for one in found if one is not None]
