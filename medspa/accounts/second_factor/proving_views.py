"""Reading how somebody proves who they are, and counting what was wrong."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth import authenticate, login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse

from medspa.accounts.auth import SIGN_IN_BACKEND
from medspa.accounts.lockout import lock_of
from medspa.accounts.models import User
from medspa.accounts.second_factor import recovery, totp
from medspa.accounts.second_factor.audit_kinds import CODE_USED, CodesDetails
from medspa.accounts.second_factor.challenges import Purpose
from medspa.accounts.second_factor.half_signed_in import GO_ON_TO, end_half
from medspa.accounts.second_factor.notices import tell
from medspa.accounts.second_factor.passkey_site import Site
from medspa.accounts.second_factor.totp import WrongCode
from medspa.accounts.sessions import SECOND_STEP, note_proof
from medspa.accounts.views import locked_out
from medspa.audit.events import record_event
from medspa.clinic.current import current_clinic

APP, PASSKEY, RECOVERY_CODE = "authenticator app", "passkey", "recovery code"
WRONG_CODE = "That code isn't right, or was already used. Enter the next one."
WRONG_RECOVERY_CODE = "That recovery code isn't right, or was already used."


def site_of(request: HttpRequest) -> Site:
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return Site(f"{request.scheme}://{host}", name, current_clinic().name)


def refuse_if_locked(request: HttpRequest, person: User) -> HttpResponse | None:
    """The page for somebody who tried too often, from here and under this name."""
    address = get_client_ip_address(request)
    if lock_of(request, person.username, address) is None:
        return None
    request.axes_ip_address = address  # type: ignore[attr-defined]
    return locked_out(request, None, {"username": person.username})


def second_step_in(request: HttpRequest, person: User, purpose: Purpose) -> str:
    """Which second step the form proves; raises Refused, and counts a wrong code."""
    if answer := request.POST.get("passkey", ""):
        from medspa.accounts.second_factor.passkeys import check_passkey

        check_passkey(request.session, purpose, person, answer, site_of(request))
        return PASSKEY
    if code := request.POST.get("recovery_code", ""):
        if recovery.use_code(person, code):
            return RECOVERY_CODE
        raise counted(request, person, WRONG_RECOVERY_CODE)
    if totp.use_code(person, request.POST.get("code", "")):
        return APP
    raise counted(request, person, WRONG_CODE)


def counted(request: HttpRequest, person: User, sentence: str) -> WrongCode:
    """Counted as a wrong password is: `medspa.accounts.lockout` says who waits."""
    name = {"username": person.username}
    user_login_failed.send(sender=__name__, credentials=name, request=request)
    return WrongCode(sentence)


def is_password(request: HttpRequest, person: User, password: str) -> bool:
    """Counts a wrong one."""
    found: Any = authenticate(request, username=person.username, password=password)
    return found is not None and found.pk == person.pk


def finish_sign_in(request: HttpRequest, person: User, second_step: str) -> str:
    """The person has proved both: sign them in. Returns where they wanted to go."""
    go_on_to = str(request.session.pop(GO_ON_TO, ""))
    end_half(request.session)
    current: Any = request.user
    if current.is_authenticated and current.pk == person.pk:
        verify_session(request, second_step)
    else:
        request.second_step = second_step  # type: ignore[attr-defined]
        login(request, person, SIGN_IN_BACKEND)
    if second_step == RECOVERY_CODE:
        left = recovery.codes_left(person)
        record_event(
            CODE_USED, by=person, subject=person, details=CodesDetails(left=left)
        )
        tell(
            person,
            "A recovery code was used",
            f"Someone signed in to your account with a recovery code. {left} left.",
        )
    return go_on_to


def verify_session(request: HttpRequest, second_step: str) -> None:
    """Who is signed in has just proved a second step, too."""
    request.session.cycle_key()
    request.session[SECOND_STEP] = second_step
    note_proof(request.session)
