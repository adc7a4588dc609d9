"""The signed-in person of a request as the actor of what it saves."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from medspa.audit.actors import Actor, acting_lazily, from_address


def request_actor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a request saves was done by its user."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Not before something is saved: reading the user asks the database.
        with (
            acting_lazily(lambda: _actor_of(request)),
            from_address(request.META.get("REMOTE_ADDR", "")),
        ):
            return get_response(request)

    return middleware


def _actor_of(request: HttpRequest) -> Actor:
    user: Any = request.user
    if user.is_authenticated:
        return Actor(str(user), user)
    return Actor("Someone not signed in")
