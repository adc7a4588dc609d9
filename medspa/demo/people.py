"""The people that one can sign in as in the demo, one of each role."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction

from medspa.audit.actors import acting
from medspa.models import User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER, PROVIDER

ROLE_OF = {
    "frontdesk": FRONT_DESK,
    "manager": MANAGER,
    "provider": PROVIDER,
    "admin": ADMINISTRATOR,
}
FIRST_NAMES = {
    "frontdesk": "Maria",
    "manager": "Paul",
    "provider": "Mia",
    "admin": "Ada",
}
# Without letters that look like digits, because people type these passwords.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Login:
    username: str
    password: str
    role: str


def demo_people(folder: Path) -> list[Login]:
    """Create them if they don't exist; their passwords are stored in `folder`.

    When the password file is lost, they get new passwords. A password that somebody
    changed on the site stays as it is and is not shown.
    """
    path = folder / "demo_people.json"
    passwords = _load(path)
    is_new = not passwords.keys() >= ROLE_OF.keys()
    if is_new:
        passwords = {username: _random_password() for username in ROLE_OF}
    with transaction.atomic(), acting("demo"):
        logins = [
            _person(username, passwords[username], replace_password=is_new)
            for username in ROLE_OF
        ]
        if is_new:
            _save(path, passwords)
    return logins


def _person(username: str, password: str, *, replace_password: bool) -> Login:
    role = ROLE_OF[username]
    user, is_created = User.objects.get_or_create(
        username=username,
        defaults={
            "first_name": FIRST_NAMES[username],
            "email": f"{username}@example.com",
            "is_staff": True,
        },
    )
    if is_created:
        user.groups.add(Group.objects.get(name=role))
    if is_created or replace_password:
        user.set_password(password)
        user.save(update_fields=["password"])
    elif not user.check_password(password):
        password = "(changed on the site)"  # noqa: S105
    return Login(username, password, role)


def _random_password() -> str:
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)
    )


def _load(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _save(path: Path, passwords: dict[str, str]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(passwords, file, indent=2)
    draft.replace(path)
