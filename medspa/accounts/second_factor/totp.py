"""Authenticator apps: the shared secret, its QR code, and checking a code.

The arithmetic of RFC 6238 is django-otp's. The secret never leaves the server but to be
read once by the phone; a code is accepted once, within one time step of the phone's
clock.
"""

import secrets
from base64 import b32decode, b32encode
from datetime import timedelta
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django_otp.oath import TOTP

from medspa import clock
from medspa.accounts.lockout import delay
from medspa.accounts.models import User
from medspa.accounts.second_factor.models import TotpDevice, lock_owner
from medspa.refusals import Refused

SECRET_BYTES = 20
CODE_DIGITS = 6
SECONDS_PER_STEP = 30
# How far the clock of a phone may be off, in steps, from what it was last time.
TOLERANCE = 1
# While an app is set up, a code this far off is told what is wrong.
LOOKED_FOR = 40
SET_UP_LASTS = timedelta(hours=1)
# Wherever they come from, so many wrong codes in a row make everybody wait.
MOST_FAILURES = 10


class WrongCode(Refused):
    """The code was not accepted."""

    code = "wrong_code"


def begin_set_up(person: User) -> TotpDevice:
    """The app that is being set up: the same in every tab, for an hour."""
    with transaction.atomic():
        lock_owner(person)
        pending = TotpDevice.objects.filter(person=person, confirmed_at=None)
        found = pending.filter(created_at__gt=clock.now() - SET_UP_LASTS).first()
        if found:
            return found
        pending.delete()
        secret = b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        return TotpDevice.objects.create(
            person=person, secret=secret, created_at=clock.now()
        )


def address_for_app(device: TotpDevice, clinic: str) -> str:
    """What the QR code says to an authenticator app."""
    label = quote(f"{clinic}:{device.person.email or device.person.username}")
    asked = urlencode({"secret": device.secret, "issuer": clinic}, quote_via=quote)
    return f"otpauth://totp/{label}?{asked}"


def qr_code(text: str) -> str:
    """As SVG, black on white in every theme: phones read nothing else well."""
    picture: str = segno.make(text, error="m").svg_inline(
        scale=5, border=3, light="#fff", dark="#000", title="QR code"
    )
    return picture


def secret_in_groups(device: TotpDevice) -> str:
    """For who types it: four letters and digits at a time."""
    return " ".join(device.secret[at : at + 4] for at in range(0, 32, 4))


def check_new_code(device: TotpDevice, code: str) -> None:
    """Whether the app that is set up shows this code; raises WrongCode if not.

    A clock that is far off is told of, as no code would ever be right.
    """
    if _accept(device, code):
        return
    away = _steps_away(device, code)
    if away is None:
        raise WrongCode("That code isn't right. Enter the one your app shows now.")
    minutes = max(1, round(abs(away) * SECONDS_PER_STEP / 60))
    span = f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    raise WrongCode(
        f"Your phone's clock is about {span} {'ahead' if away > 0 else 'behind'}. Set "
        "it to automatic time and try again."
    )


@transaction.atomic
def use_code(person: User, code: str) -> bool:
    """Whether the person's app shows this code; it is used up then.

    Two who send the same code come one after the other, and the second is refused.
    Raises WrongCode when everybody has to wait.
    """
    devices = TotpDevice.objects.select_for_update(no_key=True)
    device = devices.filter(person=person, confirmed_at__isnull=False).first()
    if device is None:
        return False
    _refuse_while_waiting(device)
    if _accept(device, code):
        device.failures, device.last_used_at = 0, clock.now()
        device.save(
            update_fields=["drift", "failures", "last_step", "last_used_at"],
        )
        return True
    device.failures, device.failed_at = device.failures + 1, clock.now()
    device.save(update_fields=["failed_at", "failures"])
    return False


def _refuse_while_waiting(device: TotpDevice) -> None:
    wait = delay(device.failures, MOST_FAILURES, 1)
    if device.failed_at and device.failed_at + wait > clock.now():
        raise WrongCode(
            "Too many wrong codes. Wait a few minutes, use a passkey or a recovery "
            "code, or ask an administrator."
        )


def _accept(device: TotpDevice, code: str) -> bool:
    """Notes on the row, unsaved, which step the code was of."""
    digits = digits_of(code)
    generator = _generator(device)
    first = device.last_step + 1
    if not digits or not generator.verify(int(digits), TOLERANCE, min_t=first):
        return False
    device.last_step = generator.t()
    device.drift = max(-TOLERANCE, min(TOLERANCE, generator.drift))
    return True


def _steps_away(device: TotpDevice, code: str) -> int | None:
    digits, generator = digits_of(code), _generator(device)
    found = bool(digits) and generator.verify(int(digits), LOOKED_FOR)
    return generator.drift if found else None


def _generator(device: TotpDevice) -> TOTP:
    key = b32decode(device.secret)
    generator = TOTP(key, SECONDS_PER_STEP, digits=CODE_DIGITS, drift=device.drift)
    generator.time = clock.now().timestamp()
    return generator


def digits_of(code: str) -> str:
    """The six digits, as people type them in groups; "" for anything else."""
    digits = "".join(code.split())
    is_code = len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_code else ""
