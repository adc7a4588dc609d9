"""What a browser signs with a passkey: random bytes, kept in the session, used once."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from medspa import clock
from medspa.refusals import Refused

SESSION_KEY = "passkey_challenges"
CHALLENGE_LASTS = timedelta(minutes=5)
# As many tabs may wait for a passkey at once.
MOST = 5
CHALLENGE_BYTES = 64


class Purpose(StrEnum):
    ADD = "add"
    SIGN_IN = "sign_in"
    PROVE = "prove"


class ChallengeEnded(Refused):
    code = "challenge_ended"


def give_challenge(session: Any, purpose: Purpose) -> bytes:
    challenge = token_bytes(CHALLENGE_BYTES)
    entry = [purpose.value, _text(challenge), clock.now().isoformat()]
    session[SESSION_KEY] = [*session.get(SESSION_KEY, []), entry][-MOST:]
    return challenge


def take_challenge(session: Any, purpose: Purpose, answered: bytes) -> bytes:
    """The challenge that was answered, if we gave it for this; raises ChallengeEnded.

    It is gone then, whatever comes of the answer.
    """
    kept = session.get(SESSION_KEY, [])
    known = [entry for entry in kept if entry[:2] == [purpose.value, _text(answered)]]
    session[SESSION_KEY] = [entry for entry in kept if entry not in known]
    now = clock.now()
    if any(
        now - datetime.fromisoformat(made) <= CHALLENGE_LASTS for _, _, made in known
    ):
        return answered
    raise ChallengeEnded("That took too long, or was already used. Try again.")


def _text(challenge: bytes) -> str:
    return urlsafe_b64encode(challenge).decode()
