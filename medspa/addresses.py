"""Addresses of pages by their names: one without values is found once per process."""

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(name: str, *values: str) -> str:
    """As Django's `reverse`, which takes 40 µs each time; `values` are few ones."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return _found(name, values, urlconf, get_script_prefix())


@cache
def _found(name: str, values: tuple[str, ...], urlconf: str, prefix: str) -> str:
    """`reverse` reads the prefix by itself; here it is a part of the key."""
    return reverse(name, urlconf, values)
