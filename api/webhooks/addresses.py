"""Which addresses on the internet may be connected to.

What a host resolves to is checked and then connected to as it is: a name that answers
otherwise the next time gains nothing.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

IpAddress = IPv4Address | IPv6Address
NOT_HTTPS = "Enter an address that begins with https://, without a user name."
NO_ADDRESS = "Enter an address like https://example.com/hook."
NOT_PUBLIC = "Enter an address on the public internet."


def check_address(url: str) -> None:
    """What can be said of an endpoint's address without asking for it; the rest is
    checked when it is connected to. Raises ValidationError.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValidationError(NO_ADDRESS) from error
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise ValidationError(NOT_HTTPS)
    if _is_number(host) and not is_public(host):
        raise ValidationError(NOT_PUBLIC)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


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
