"""The token in a form's page: who sends it back has opened the page first.

It stands for a CSRF cookie, which pages inside other sites don't get. It also says
which wording of the consents the page showed, and its number makes sending the same
twice one submission.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from connections.refusals import BadSignature, NotSigned, TooOld

LIFETIME = timedelta(hours=24)
PATTERN = re.compile(r"(\d{10})\.(\d{1,6})\.([A-Za-z0-9_-]{16})\.([0-9a-f]{64})")
OPEN_TOO_LONG = (
    "This page was open for more than a day. Please check your entries and send again."
)
NOT_OUR_PAGE = "This page could not be recognized. Please reload it and send again."


@dataclass(frozen=True)
class Token:
    """What a token says: when the page was made, its wording, and its own number."""

    made_at: datetime
    wording_version: int
    nonce: str


def make_token(secret: str, wording_version: int, now: datetime) -> str:
    nonce = secrets.token_urlsafe(12)
    content = f"{int(now.timestamp()):010}.{wording_version}.{nonce}"
    return f"{content}.{_mac(secret, content)}"


def read_token(secret: str, text: str, now: datetime) -> Token:
    """Raises NotSigned, BadSignature or TooOld with a sentence for the visitor."""
    if not text:
        raise NotSigned(NOT_OUR_PAGE)
    match = PATTERN.fullmatch(text) if text.isascii() else None
    content = text.rpartition(".")[0]
    if not (match and hmac.compare_digest(match[4], _mac(secret, content))):
        raise BadSignature(NOT_OUR_PAGE)
    made_at = datetime.fromtimestamp(int(match[1]), UTC)
    if not -timedelta(minutes=5) < now - made_at < LIFETIME:
        raise TooOld(OPEN_TOO_LONG)
    return Token(made_at, int(match[2]), match[3])


def _mac(secret: str, content: str) -> str:
    return hmac.new(secret.encode(), content.encode(), sha256).hexdigest()
