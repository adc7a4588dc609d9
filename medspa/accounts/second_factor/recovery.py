"""Recovery codes: ten, each for one sign-in, shown once."""

import hashlib
import secrets

from medspa import clock
from medspa.accounts.models import User
from medspa.accounts.second_factor.models import RecoveryCode

HOW_MANY = 10
FEW = 3
# Without letters and digits that look alike.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, GROUP = 16, 4


def make_codes(person: User) -> list[str]:
    """New codes in place of all earlier ones, as the person sees them this once.

    Called within a transaction.
    """
    RecoveryCode.objects.filter(person=person).delete()
    codes = [_new_code() for _ in range(HOW_MANY)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, code_hash=hash_of(person, code)) for code in codes
    )
    return codes


def use_code(person: User, code: str) -> bool:
    """Whether this is an unused code of the person; it is used up then."""
    unused = RecoveryCode.objects.filter(person=person, used_at=None)
    used = unused.filter(code_hash=hash_of(person, code)).update(used_at=clock.now())
    return bool(used)


def codes_left(person: User) -> int:
    return RecoveryCode.objects.filter(person=person, used_at=None).count()


def hash_of(person: User, code: str) -> str:
    """However it was typed: in capitals, with spaces or without dashes."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(f"{person.pk}:{plain}".encode()).hexdigest()


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))
