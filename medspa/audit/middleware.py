"""The signed-in person of a request as the actor of what it saves."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse

from medspa.audit.actors import Actor, acting_lazily
from medspa.postgres.contention import PERSON_LABEL, labelled


def request_actor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a request saves was done by its user."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Not before something is saved: reading the user asks the database.
        with ExitStack() as stack:
            request.while_it_runs = stack  # type: ignore[attr-defined]
            stack.enter_context(acting_lazily(lambda: _actor_of(request)))
            return get_response(request)

    def process_view(request: HttpRequest, *args: Any) -> None:
        """Who waits for a row that this request has locked is told whose it is."""
        if request.method == "POST" and request.user.is_authenticated:
            label = f"{PERSON_LABEL}{request.user.pk}"
            request.while_it_runs.enter_context(labelled(label))  # type: ignore[attr-defined]

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _actor_of(request: HttpRequest) -> Actor:
    user: Any = request.user
    if user.is_authenticated:
        return Actor(str(user), user)
    return Actor("Someone not signed in")
