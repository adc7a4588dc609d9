"""Who is acting: the person of a request, or a named command, job or import.

History rows take their actor from here, so a change made in the shell or by a job
names its origin as reliably as one made in the browser.
"""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # django-stubs' name for our User; importing it would be a circle.
    from django.contrib.auth.models import _User


@dataclass(frozen=True)
class Actor:
    """`user` is the person who acts, if one does; `name` is who or what, in words."""

    name: str
    user: "_User | None" = None
    reason: str = ""


_actor: ContextVar[Callable[[], Actor] | None] = ContextVar("actor", default=None)
_address: ContextVar[str | None] = ContextVar("address", default=None)


def current_actor() -> Actor:
    source = _actor.get()
    return source() if source else _process_actor()


@contextmanager
def acting(
    name: str = "", *, user: "_User | None" = None, reason: str = ""
) -> Iterator[None]:
    """Everything saved inside was done by `user` or by the job called `name`.

    With a `reason` alone the actor stays the same and the reason is added.
    """
    if name or user:
        actor = Actor(name or str(user), user, reason)
    else:
        actor = replace(current_actor(), reason=reason)
    with acting_lazily(lambda: actor):
        yield


@contextmanager
def acting_lazily(actor: Callable[[], Actor]) -> Iterator[None]:
    """As `acting`, for an actor that is only found out when something is saved."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def current_address() -> str | None:
    """The IP address of the request that is answered, if it has one."""
    return _address.get()


@contextmanager
def from_address(address: str) -> Iterator[None]:
    """What is recorded inside came from `address`, unless that is a local socket."""
    try:
        known = str(ip_address(address))
    except ValueError:
        known = None
    token = _address.set(known)
    try:
        yield
    finally:
        _address.reset(token)


def _process_actor() -> Actor:
    """The command line this process was started with, and its account."""
    program = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] else "python"
    command = sys.argv[1] if program == "manage" and len(sys.argv) > 1 else program
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container's user without an account
        account = "unknown"
    return Actor(f"{command} ({account})"[:100])
