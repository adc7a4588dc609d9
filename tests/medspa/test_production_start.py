"""Production starts with everything it needs, or says in one line what is missing."""

import os
import runpy
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# The same in every process: they are part of the tests' names.
KEY, OTHER_KEY, INDEX_KEY = (
    urlsafe_b64encode(sha256(name).digest()).decode()
    for name in (b"first", b"second", b"index")
)
# What .env.example asks for, filled in.
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "vT9w-3Zp_kq7Xb2Lr8Nd5Hs1Yc6Mf4Jg0Qa-ReWtUiOpAsDfGhJkLzXcVbNm",
    "FIELD_ENCRYPTION_KEYS": f"{KEY},{OTHER_KEY}",
    "BLIND_INDEX_KEY": INDEX_KEY,
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "postgres://medspa:password@127.0.0.1:5432/medspa",
}
REQUIRED = sorted(set(PRODUCTION) - {"DEBUG"})


def manage(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Django's own command line, as production's shell would start it."""
    ours = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=ours | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The sentence that reading the settings with `changes` ends in."""

    def read(**changes: str) -> str:
        for name, value in (PRODUCTION | changes).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(ImproperlyConfigured) as error:
            runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))
        return str(error.value)

    return read


def test_a_refused_start_is_one_line_on_stderr_and_exit_code_1() -> None:
    result = manage("check", **dict.fromkeys(REQUIRED, ""))
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert all(name in line for name in REQUIRED)
    assert ".env.example" in line


@pytest.mark.parametrize("name", REQUIRED)
def test_one_missing_variable_is_named_alone(
    name: str, refusal: Callable[..., str]
) -> None:
    line = refusal(**{name: ""})
    assert [other for other in REQUIRED if other in line] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIELD_ENCRYPTION_KEYS", "secret"),
        ("FIELD_ENCRYPTION_KEYS", f"{KEY},{KEY[:-5]}"),
        ("BLIND_INDEX_KEY", f"!{INDEX_KEY[1:]}"),
        ("BLIND_INDEX_KEY", KEY),
        ("FIELD_ENCRYPTION_KEYS", urlsafe_b64encode(bytes(32)).decode()),
        ("FIELD_ENCRYPTION_KEYS", f"{KEY},{KEY}"),
        ("BLIND_INDEX_KEY", f"{KEY}{KEY}"),
        ("BLIND_INDEX_KEY", "ключ"),
        ("DATABASE_URL", "mysql://medspa@127.0.0.1/medspa"),
        ("DATABASE_URL", "the usual one"),
        ("DATABASE_URL", "postgres://medspa:pass:word@host:port/medspa"),
    ],
)
def test_a_malformed_value_is_named_and_not_repeated(
    name: str, value: str, refusal: Callable[..., str]
) -> None:
    line = refusal(**{name: value})
    assert name in line
    assert value not in line


def test_a_trial_with_the_empty_example_makes_its_own_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DEBUG", "on")
    read = runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))
    assert read["SECRET_KEY"]
    assert read["BLIND_INDEX_KEY"] not in read["FIELD_ENCRYPTION_KEYS"]


def test_the_production_example_passes_the_deployment_check() -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_production_asks_for_every_variable_that_the_example_marks() -> None:
    example = (settings.BASE_DIR / ".env.example").read_text()
    lines = [line.partition("=") for line in example.splitlines()]
    asked = {name for name, equals, _ in lines if equals and not name.startswith("#")}
    assert asked == set(REQUIRED)


def test_a_database_that_does_not_answer_is_one_line() -> None:
    closed = "postgres://medspa:password@127.0.0.1:9/medspa"
    result = manage("showmigrations", "leads", DATABASE_URL=closed)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert line.startswith("The database of DATABASE_URL does not answer: ")


def test_productions_cookies_are_of_this_host_alone_and_no_url_option_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"{PRODUCTION['DATABASE_URL']}?options=-c%20lock_timeout%3D9s"
    for name, value in (PRODUCTION | {"DATABASE_URL": url}).items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))
    assert read["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert read["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert read["SESSION_COOKIE_SECURE"]
    assert read["CSRF_COOKIE_SECURE"]
    options = read["DATABASES"]["default"]["OPTIONS"]
    assert options["options"].endswith("-c lock_timeout=9s"), "the URL's comes last"
    assert options["pool"]["timeout"] == 5
