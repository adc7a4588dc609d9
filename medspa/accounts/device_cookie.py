"""The cookie by which a browser is known again; of its token only a hash is stored."""

import hashlib
from typing import Any

from django.conf import settings

SALT = "medspa.known-device"
# Browsers keep no cookie longer.
KEPT_SECONDS = 400 * 24 * 60 * 60


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_token(request: Any) -> str:
    """Empty in a browser in which nobody signed in before."""
    found: str = request.get_signed_cookie(
        cookie_name(), default="", salt=SALT, max_age=KEPT_SECONDS
    )
    return found


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
