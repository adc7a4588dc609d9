"""Adding, removing and resetting somebody's second step: with history and a notice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from medspa import clock
from medspa.accounts.models import User
from medspa.accounts.second_factor import recovery, totp
from medspa.accounts.second_factor.audit_kinds import (
    CODES_MADE,
    SESSIONS_ENDED,
    STEP_ADDED,
    STEP_REMOVED,
    STEP_RENAMED,
    STEPS_RESET,
    SessionsDetails,
    StepDetails,
)
from medspa.accounts.second_factor.models import (
    LONGEST_PASSKEY_NAME,
    KnownDevice,
    Passkey,
    RecoveryCode,
    TotpDevice,
    lock_owner,
)
from medspa.accounts.second_factor.notices import tell
from medspa.accounts.second_factor.passkey_site import Site
from medspa.accounts.second_factor.state import needs_second_step
from medspa.accounts.signed_in import sign_out, sign_out_elsewhere
from medspa.audit.events import record_event
from medspa.audit.sentences import (
    RECOVERY_CODES_MADE,
    SECOND_STEP_ADDED,
    SECOND_STEP_REMOVED,
    SECOND_STEP_RESET,
    SIGNED_OUT,
)
from medspa.reading.cleaning import clean_text
from medspa.refusals import Refused


@dataclass(frozen=True)
class SecondSteps:
    """Everything somebody has beside the password."""

    app: TotpDevice | None
    passkeys: list[Passkey]
    codes_left: int

    @property
    def is_on(self) -> bool:
        return bool(self.app or self.passkeys)

    @property
    def is_short_of_codes(self) -> bool:
        return self.is_on and self.codes_left <= recovery.FEW

    @property
    def words(self) -> str:
        """`Authenticator app, 2 passkeys`."""
        count = len(self.passkeys)
        keys = f"{count} {'passkey' if count == 1 else 'passkeys'}" if count else ""
        parts = ["authenticator app" if self.app else "", keys]
        text = ", ".join(filter(None, parts))
        return text[:1].upper() + text[1:] if text else "Off"


def second_steps_of(person: User) -> SecondSteps:
    apps = TotpDevice.objects.filter(person=person, confirmed_at__isnull=False)
    return SecondSteps(
        apps.first(),
        list(Passkey.objects.filter(person=person)),
        recovery.codes_left(person),
    )


@transaction.atomic
def confirm_app(person: User, code: str) -> list[str]:
    """The app that was set up shows this code: from now on it is asked for.

    It takes the place of an earlier one. Returns new recovery codes for who had none
    left. Raises Refused.
    """
    lock_owner(person)
    device = TotpDevice.objects.filter(person=person, confirmed_at=None).first()
    if device is None:
        raise Refused("This app was set up already, or setting it up took too long.")
    totp.check_new_code(device, code)
    TotpDevice.objects.filter(person=person, confirmed_at__isnull=False).delete()
    device.confirmed_at = device.last_used_at = clock.now()
    device.save()
    return _added(person, "an authenticator app", "authenticator app")


@transaction.atomic
def add_passkey(
    session: Any, person: User, name: str, answer: str, site: Site
) -> list[str]:
    """The browser has made a passkey; as `confirm_app`."""
    from medspa.accounts.second_factor.passkeys import keep_passkey

    passkey = keep_passkey(session, person, name, answer, site)
    return _added(person, f"the passkey “{passkey.name}”", "passkey")


def _added(person: User, what: str, step: str) -> list[str]:
    person.note(SECOND_STEP_ADDED)
    record_event(STEP_ADDED, subject=person, details=StepDetails(step=step))
    tell(person, "Two-step sign-in changed", f"You added {what}.")
    has_codes = RecoveryCode.objects.filter(person=person, used_at=None).exists()
    return [] if has_codes else recovery.make_codes(person)


@transaction.atomic
def renew_codes(person: User) -> list[str]:
    """New recovery codes; the earlier ones no longer work."""
    if not second_steps_of(person).is_on:
        raise Refused("Add an authenticator app or a passkey first.")
    person.note(RECOVERY_CODES_MADE)
    record_event(CODES_MADE, subject=person)
    tell(person, "New recovery codes", "You made new recovery codes.")
    return recovery.make_codes(person)


def remove_app(person: User, here: str | None) -> bool:
    return _remove(person, TotpDevice, {}, "the authenticator app", here)


def remove_passkey(person: User, passkey_id: str, here: str | None) -> bool:
    found = Passkey.objects.filter(person=person, pk=passkey_id).first()
    what = f"the passkey “{found.name}”" if found else ""
    return _remove(person, Passkey, {"pk": passkey_id}, what, here)


@transaction.atomic
def rename_passkey(person: User, passkey_id: str, name: str) -> None:
    """Raises Refused for an empty name, and for one that is no longer there."""
    name = clean_text(name)[:LONGEST_PASSKEY_NAME]
    if not name:
        raise Refused("Enter a name for the passkey.")
    passkeys = Passkey.objects.filter(person=person, pk=passkey_id)
    if not passkeys.update(name=name):
        raise Refused("This passkey was removed.")
    record_event(STEP_RENAMED, subject=person, details=StepDetails(step="passkey"))


@transaction.atomic
def _remove(
    person: User,
    model: type[TotpDevice] | type[Passkey],
    which: dict[str, str],
    what: str,
    here: str | None,
) -> bool:
    """Take one away and sign the person out elsewhere; whether one is left.

    Raises Refused for the last one of somebody who needs it.
    """
    lock_owner(person)
    deleted, _ = model._default_manager.filter(person=person, **which).delete()
    if not deleted:
        raise Refused("That was already removed.")
    is_left = second_steps_of(person).is_on
    if not is_left:
        if needs_second_step(person):
            raise Refused(
                "You need two-step sign-in. Add another passkey or an authenticator "
                "app before you remove this one."
            )
        RecoveryCode.objects.filter(person=person).delete()
    person.note(SECOND_STEP_REMOVED)
    step = str(model._meta.verbose_name)
    record_event(STEP_REMOVED, subject=person, details=StepDetails(step=step))
    sign_out_elsewhere(person, here)
    tell(person, "Two-step sign-in changed", f"You removed {what}.")
    return is_left


@transaction.atomic
def reset(person: User) -> None:
    """For somebody who lost it all: they sign in with the password and start anew.

    Who may do this is the caller's business. Raises Refused if there is nothing.
    """
    lock_owner(person)
    kinds = (TotpDevice, Passkey, RecoveryCode)
    counts = [kind._default_manager.filter(person=person).delete()[0] for kind in kinds]
    if not any(counts):
        raise Refused("There is nothing to reset: two-step sign-in is off.")
    KnownDevice.objects.filter(person=person).delete()
    sign_out_elsewhere(person, None)
    person.note(SECOND_STEP_RESET)
    record_event(STEPS_RESET, subject=person)
    tell(
        person,
        "Two-step sign-in was reset",
        "An administrator reset your two-step sign-in and signed you out everywhere. "
        "Next time your password is enough; then set it up again.",
    )


def end_session(person: User, key: str) -> None:
    """Sign the person out in one browser. Raises Refused if that was done already."""
    _end(person, lambda: sign_out(person, key))


def end_sessions(person: User, here: str | None) -> None:
    """Sign the person out everywhere, but in the session that asks."""
    _end(person, lambda: sign_out_elsewhere(person, here))


@transaction.atomic
def _end(person: User, end: Callable[[], int]) -> None:
    sessions = end()
    person.note(SIGNED_OUT)
    details = SessionsDetails(sessions=sessions)
    record_event(SESSIONS_ENDED, subject=person, details=details)
