"""Keys, settings, and files that others on this computer could read."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from medspa import clock
from medspa.encryption import key_checks
from medspa.encryption.models import KeyCheck, KeyPurpose
from medspa.health.lines import HealthGroup, HealthLine, Severity

KEYS_KEPT_FOR = timedelta(days=365)
# Public, and served to everybody.
PUBLIC_FOLDERS = {"static"}


def keys_line() -> HealthLine:
    problems = list(key_checks.problems())
    if not problems:
        return _ok("Keys", "They match the database.")
    return HealthLine(
        "Keys",
        ". ".join(problems) + ".",
        Severity.ERROR,
        "Put the right keys into the environment and restart.",
        HealthGroup.SECURITY,
    )


def key_age(now: datetime | None = None) -> timedelta | None:
    """Since when the newest encryption key is in use; None before the first."""
    checks = KeyCheck.objects.filter(purpose=KeyPurpose.FIELD)
    newest = checks.order_by("-created_at").values_list("created_at", flat=True).first()
    return (now or clock.now()) - newest if newest else None


def key_age_line(now: datetime | None = None) -> HealthLine:
    age = key_age(now)
    if age is None:
        return _ok("Age of keys", "No key has been used yet.")
    words = f"The newest encryption key has been in use for {age.days} days."
    if age <= KEYS_KEPT_FOR:
        return _ok("Age of keys", words)
    return HealthLine(
        "Age of keys",
        words,
        Severity.WARNING,
        "Put a new key in front of FIELD_ENCRYPTION_KEYS, restart, and run "
        "`manage.py rotate_field_keys` (docs/operations.md, Keys).",
        HealthGroup.SECURITY,
    )


def settings_line() -> HealthLine:
    found = list(_settings_problems())
    if not found:
        return _ok("Settings", "Safe for a real site.")
    return HealthLine(
        "Settings",
        " ".join(words for words, _ in found),
        Severity.ERROR if "*" in settings.ALLOWED_HOSTS else Severity.WARNING,
        " ".join(to_do for _, to_do in found),
        HealthGroup.SECURITY,
        alerts=False,
    )


def _settings_problems() -> list[tuple[str, str]]:
    """What is not as on a real site, and what to do."""
    problems = [
        (
            settings.DEBUG,
            "DEBUG is on: errors show the code to everyone.",
            "Take DEBUG out of the environment.",
        ),
        (
            "*" in settings.ALLOWED_HOSTS,
            "The site answers to every host name.",
            "List the site's own names in ALLOWED_HOSTS.",
        ),
        (
            not settings.SECURE_HSTS_SECONDS,
            "Browsers aren't told to use https only.",
            "Start without DEBUG.",
        ),
        (
            not settings.SITE_URL.startswith("https://"),
            "SITE_URL isn't an https address.",
            "Set SITE_URL to how the site is opened, such as https://crm.example.com.",
        ),
    ]
    return [(words, to_do) for is_so, words, to_do in problems if is_so]


def files_line(folders: tuple[Path, Path] | None = None) -> HealthLine:
    """`folders`: the checkout with its .env, and the folder for data."""
    base, var = folders or (settings.BASE_DIR, settings.VAR_DIR)
    inside = [path for path in var.glob("*") if path.name not in PUBLIC_FOLDERS]
    readable = [
        path.relative_to(base) if path.is_relative_to(base) else path
        for path in (base / ".env", *sorted(inside))
        if _others_may_read(path)
    ]
    if not readable:
        return _ok("Files", "Keys and data are readable by this account only.")
    names = ", ".join(map(str, readable))
    return HealthLine(
        "Files",
        f"Every account on this computer can read {names}.",
        Severity.ERROR,
        f"Run `chmod o-rwx {names.replace(',', '')}`.",
        HealthGroup.SECURITY,
    )


def _others_may_read(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _ok(name: str, words: str) -> HealthLine:
    return HealthLine(name, words, group=HealthGroup.SECURITY)
