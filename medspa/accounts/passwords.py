"""Which passwords are refused, in one sentence that says what to do.

How easily a password is guessed is estimated by zxcvbn, which knows common passwords,
names, words, dates, keyboard patterns and the usual ways to disguise them.
"""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from medspa.clinic.current import current_clinic

MIN_LENGTH = 10
# Of zxcvbn's 0 to 4: 3 takes more than a hundred million guesses.
MIN_SCORE = 3
# zxcvbn reads no more, and takes longer the more it reads.
READ_LENGTH = 72
PRODUCT_WORDS = ("medspa", "growth", "hub", "clinic", "password")
SHORTEST_OWN_WORD = 3
NAMES_OF_PERSON = ("username", "first_name", "last_name", "email")

HELP = (
    f"At least {MIN_LENGTH} characters. Three or four words that don't belong together "
    "work well."
)
TOO_SHORT = f"Use at least {MIN_LENGTH} characters."
TOO_COMMON = "This password is on lists of stolen passwords. Choose another one."
OWN_WORDS = (
    "Too much of this password is the clinic's name, your name or your email. Use "
    "other words."
)
TOO_EASY = "This password is easy to guess. Add another word or two."


def own_words(person: Any = None) -> list[str]:
    """What anyone would try first: words about the clinic, the product, the person."""
    texts = [current_clinic().name, *PRODUCT_WORDS]
    texts += [str(getattr(person, name, "") or "") for name in NAMES_OF_PERSON]
    words = {word for text in texts for word in re.findall(r"\w+", text.lower())}
    joined = {re.sub(r"\W", "", text.lower()) for text in texts}
    return sorted(word for word in words | joined if len(word) >= SHORTEST_OWN_WORD)


def refuse_password(password: str, person: Any = None) -> str:
    """Why the password is refused; empty for a good one."""
    if len(password) < MIN_LENGTH:
        return TOO_SHORT
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return TOO_COMMON
    own = own_words(person)
    score, rest = _estimate(password, own)
    if rest != password and _estimate(rest, own)[0] < MIN_SCORE:
        return OWN_WORDS
    # Digits alone are a phone number or a date, which others know.
    return TOO_EASY if score < MIN_SCORE or password.isdigit() else ""


def _estimate(password: str, own: list[str]) -> tuple[int, str]:
    """The score, and the password without the words that are the clinic's own."""
    # Its word lists take a tenth of a second to load, which few processes need.
    from zxcvbn import zxcvbn

    read = password[:READ_LENGTH]
    if not read:
        return 0, ""
    result = zxcvbn(read, user_inputs=own)
    rest = [
        match["token"]
        for match in result["sequence"]
        if match.get("dictionary_name") != "user_inputs"
    ]
    without = "".join(rest)
    return result["score"], password if without == read else without


class ClinicPasswordValidator:
    """For `AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: Any = None) -> None:
        if refusal := refuse_password(password, user):
            raise ValidationError(refusal, code="password_refused")

    def get_help_text(self) -> str:
        return HELP
