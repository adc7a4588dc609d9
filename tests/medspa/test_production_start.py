"""Production starts with everything it needs, or says in one line what is missing."""

import io
import os
import re
import runpy
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from pytest_django import DjangoDbBlocker

from manage import main
from medspa.postgres import databases
from medspa.postgres.limits import limits_of
from tests.deploy.servers import asking, wrapper_of

# The same in every process: they are part of the tests' names.
KEY, OTHER_KEY, INDEX_KEY, SAFE_KEY = (
    urlsafe_b64encode(sha256(name).digest()).decode()
    for name in (b"first", b"second", b"index", b"safe")
)
# What .env.example asks for, filled in.
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "vT9w-3Zp_kq7Xb2Lr8Nd5Hs1Yc6Mf4Jg0Qa-ReWtUiOpAsDfGhJkLzXcVbNm",
    "FIELD_ENCRYPTION_KEYS": f"{KEY},{OTHER_KEY}",
    "BLIND_INDEX_KEY": INDEX_KEY,
    "SAFEKEEPING_KEY": SAFE_KEY,
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "postgres://medspa:password@127.0.0.1:5432/medspa",
}
REQUIRED = sorted(set(PRODUCTION) - {"DEBUG"})
NOBODY = "postgres://medspa:password@127.0.0.1:9/medspa"


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
        ("SAFEKEEPING_KEY", INDEX_KEY),
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


@pytest.mark.parametrize("name", ["ALERT_WEBHOOK_URL", "DEADMAN_PING_URL"])
@pytest.mark.parametrize(
    "url", ["http://example.com/x", "ftp://example.com", "x", "//"]
)
def test_alerts_go_only_by_https_or_to_this_computer(
    name: str, url: str, refusal: Callable[..., str]
) -> None:
    assert f"{name} must begin with https://" in refusal(**{name: url})


def test_a_short_token_for_metrics_is_refused(refusal: Callable[..., str]) -> None:
    assert "METRICS_TOKEN must have 20" in refusal(METRICS_TOKEN="short")


def test_a_trial_with_the_empty_example_makes_its_own_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (
        "SECRET_KEY",
        "FIELD_ENCRYPTION_KEYS",
        "BLIND_INDEX_KEY",
        "SAFEKEEPING_KEY",
    ):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DEBUG", "on")
    read = runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))
    assert read["SECRET_KEY"]
    assert read["BLIND_INDEX_KEY"] not in read["FIELD_ENCRYPTION_KEYS"]


@pytest.mark.slow
def test_the_production_example_passes_the_deployment_check() -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_an_unverified_way_to_the_database_ends_the_start() -> None:
    far = "postgres://medspa:password@db.example.com/medspa"
    result = manage("check", DATABASE_URL=far)
    assert result.returncode == 1
    assert "sslmode=verify-full" in result.stderr


@pytest.fixture
def nothing_answers(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", NOBODY)
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"] | {"timeout": 0.1}
    with asking(wrapper_of(NOBODY, "nobody", pool=pool)), django_db_blocker.unblock():
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_answers")
def test_waiting_for_a_database_that_stays_away_ends_with_the_reason() -> None:
    said = io.StringIO()
    with pytest.raises(CommandError) as end:
        call_command("wait_for_database", seconds=0.1, stderr=said)
    assert said.getvalue() == "Waiting for the database.\n"
    reason = str(end.value)
    assert "did not answer within 0.1 seconds" in reason
    assert "Connection refused" in reason
    assert "password" not in reason


@pytest.mark.django_db
def test_who_waits_for_the_database_checks_the_configuration_if_asked() -> None:
    call_command("wait_for_database", seconds=0)
    with pytest.raises(SystemCheckError, match="SESSION_COOKIE_SECURE"):
        call_command("wait_for_database", seconds=0, check=True)


def test_production_asks_for_every_variable_that_the_example_marks() -> None:
    example = (settings.BASE_DIR / ".env.example").read_text()
    lines = [line.partition("=") for line in example.splitlines()]
    asked = {name for name, equals, _ in lines if equals and not name.startswith("#")}
    assert asked == set(REQUIRED)


# Read by settings, and of no site: of tests and of `make demo`.
NOT_OF_A_SITE = {"DEBUG_PAGES", "TEST_DATABASE_NAME"}


def test_the_example_names_every_variable_that_settings_read_and_no_other() -> None:
    source = (settings.BASE_DIR / "medspa" / "settings.py").read_text()
    calls = re.findall(r"env\.(?:str|list|int|bool|float|path)\(\s*\"([A-Z_]+)", source)
    gunicorn = (settings.BASE_DIR / "deploy" / "gunicorn.conf.py").read_text()
    calls += re.findall(r"environ\.get\(\"(GUNICORN_\w+)", gunicorn)
    example = (settings.BASE_DIR / ".env.example").read_text()
    named = re.findall(r"^#?([A-Z_]+)=", example, re.M)
    assert len(named) == len({*named}), "each once"
    assert {*calls} - NOT_OF_A_SITE == {*named}


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_answers")
def test_a_database_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "showmigrations", "leads"])
    with pytest.raises(SystemExit) as end:
        main()
    [line] = str(end.value).splitlines()
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


@pytest.mark.parametrize(
    ("command", "host"),
    [
        (["/srv/.venv/bin/gunicorn"], "pooler"),
        (["manage.py", "worker"], "direct"),
        (["manage.py", "migrate"], "direct"),
    ],
)
def test_only_pages_go_through_a_pooler(command: list[str], host: str) -> None:
    urls = "postgres://medspa@pooler:6432/medspa", "postgres://medspa@direct/medspa"
    database = databases.primary(*urls, limits_of(command), pool_size=8)
    assert database["HOST"] == host
    assert ("options" in database["OPTIONS"]) is (host == "direct")


def test_two_hosts_and_a_replica_are_read_from_their_urls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tls = "sslmode=verify-full"
    hosts = "one:5432,two:5433"
    mode = "target_session_attrs=read-write"
    two = f"postgres://medspa:p@{hosts}/medspa?{mode}&{tls}"
    replica = f"postgres://medspa:p@two:5433/medspa?{tls}"
    urls = {"DATABASE_URL": two, "REPLICA_URL": replica}
    for name, value in (PRODUCTION | urls).items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))
    database = read["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"]) == ("one,two", "5432,5433")
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"
    assert read["DATABASES"]["replica"]["OPTIONS"]["connect_timeout"] == 1
