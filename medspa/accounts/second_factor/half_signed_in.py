"""Whose password was right and whose second step is still asked for.

Until then nobody is signed in: the session of the browser only notes whom to ask, for
ten minutes, and only while the password stays the same.
"""

from datetime import timedelta
from typing import Any

from django.utils.crypto import constant_time_compare

from medspa import clock
from medspa.accounts.models import User
from medspa.accounts.sessions import moment_in

HALF, AT, GO_ON_TO = "half_signed_in", "at", "go_on_to"
LASTS = timedelta(minutes=10)


def begin_half(session: Any, person: User, go_on_to: str) -> None:
    session[HALF] = {
        "person": person.pk,
        "secret": person.get_session_auth_hash(),
        AT: clock.now().isoformat(),
    }
    session[GO_ON_TO] = go_on_to


def half_signed_in(session: Any) -> User | None:
    noted = session.get(HALF)
    began = moment_in(noted, AT) if noted else None
    if began is None or clock.now() - began > LASTS:
        return None
    person: User | None = User.objects.may_sign_in().filter(pk=noted["person"]).first()
    secret = person.get_session_auth_hash() if person else ""
    return person if constant_time_compare(noted["secret"], secret) else None


def end_half(session: Any) -> None:
    session.pop(HALF, None)
