"""Everything that needs a fresh sign-in asks for one, and what is added is noticed."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver

from medspa import clock
from medspa.accounts.sessions import PROVED
from medspa.models import User
from tests.addresses import OURS
from tests.medspa.places import Place, our_places
from tests.medspa.worlds import make_world

PLACES = {place.name: place for place in our_places()}
CONFIRM = "/account/confirm/"
# The views that hand out files, with an address of each: its name, method and query.
FILES = {
    "api.exports.views.export_file": ("export_file", "get", ""),
    "commissions.views.month.month_csv": ("commissions_csv", "get", ""),
    "commissions.views.statement.statement_csv": ("statement_csv", "get", ""),
    "commissions.views.statement.statement_pdf": ("statement_pdf", "get", ""),
    "kpis.campaign_page.views.CampaignPageView.get": (
        "campaign",
        "get",
        "?export=months",
    ),
    "kpis.views.KpiPage.get": ("kpis", "get", "?export=campaign"),
    "leads.views.imported.failed_rows": ("lead_failed", "post", ""),
    "leads.views.list.export_leads": ("leads_export", "get", "?as=csv"),
    "safekeeping.erasure.views.export_person": ("person_json", "get", ""),
    "safekeeping.retention.views.certificate_file": ("certificate_file", "get", ""),
}
# Packages of which every act asks, but for those below.
RISKY = ("medspa.accounts", "medspa.health", "medspa.setup", "safekeeping")
NOT_ASKED = {
    "account": "Only reads; another email is confirmed by the link sent there.",
    "audit_log": "Only reads.",
    "backups": "Only reads.",
    "certificate": "Only reads, and names nobody.",
    "change_password": "Asks for the old password itself.",
    "checklist": "Only reads.",
    "clinic_logo": "A public picture.",
    "confirm_email": "Whoever has the emailed link.",
    "confirm_sign_in": "Is the question.",
    "erasure": "Only reads.",
    "forgot_password": "Before signing in.",
    "health": "Only reads.",
    "invitation": "Before signing in.",
    "lead_privacy": "Only reads.",
    "session": "Only reads.",
    "passkey_options": "Hands out a challenge; adding asks.",
    "passkey_sign_in": "Before signing in.",
    "people": "Only reads.",
    "reset_password": "Whoever has the emailed link.",
    "retention": "Only reads.",
    "roles": "Only reads.",
    "save_logo": "A file would have to be chosen again, for a picture.",
    "sign_out_others": "Only ends sessions: the way out of a stolen one.",
    "sign_out_there": "Only ends sessions: the way out of a stolen one.",
    "skip_setup_step": "Hides a line of the checklist.",
    "two_step": "Is the question while signing in.",
    "two_step_set_up": "Only reads.",
    "welcome": "Makes the first person, before anybody can sign in.",
}


@pytest.fixture
def world(client: Client, superuser: User) -> dict[str, Any]:
    client.force_login(superuser)
    rows = {"name": "stage", "month": "2026-03", **make_world("other", superuser)}
    return rows | {"logo_id": "c0", "fact": "source"}


def make_stale(client: Client) -> None:
    session = client.session
    session[PROVED] = (clock.now() - timedelta(minutes=11)).isoformat()
    session.save()


def is_asked(answer: Any) -> bool:
    if answer.status_code == HTTPStatus.FOUND:
        return str(answer["Location"]).startswith(CONFIRM)
    asks = answer.status_code == HTTPStatus.FORBIDDEN
    return asks and "confirm_password" in answer.text


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}", part


def calls(function: ast.FunctionDef, names: set[str]) -> bool:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(name, ast.Name) and name.id in names for name in called)


def views_with_files() -> set[str]:
    """The views of ours that call `attachment`, also by a function between."""
    found: dict[str, ast.FunctionDef] = {}
    for app in OURS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            source = path.read_text()
            if "attachment" in source or "download" in source:
                module = ".".join(path.relative_to(settings.BASE_DIR).parts)[:-3]
                for name, function in functions_of(ast.parse(source)):
                    found[f"{module}.{name}"] = function
    names = {"attachment"}
    while True:
        callers = {name for name, function in found.items() if calls(function, names)}
        between = {
            name.rpartition(".")[2]
            for name in callers
            if not {"request", "self"} & {arg.arg for arg in found[name].args.args}
        }
        if between <= names:
            return {name for name in callers if name.rpartition(".")[2] not in names}
        names |= between


def test_every_view_that_hands_out_a_file_is_in_the_table() -> None:
    assert views_with_files() == set(FILES)


def test_files_are_named_in_one_place() -> None:
    for app in OURS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            source = path.read_text()
            assert "as_attachment" not in source, path
            assert "FileResponse" not in source, path
            assert "attachment;" not in source or path.name == "answers.py", path


@pytest.mark.slow
@pytest.mark.parametrize("view", FILES)
def test_files_need_a_fresh_sign_in(
    view: str, client: Client, world: dict[str, Any]
) -> None:
    name, method, query = FILES[view]
    address = PLACES[name].address(world) + query
    ask = client.get if method == "get" else client.post
    assert not is_asked(ask(address))
    make_stale(client)
    answer = ask(address)
    assert is_asked(answer)
    assert not answer.has_header("Content-Disposition")


def risky_places() -> Iterator[Place]:
    def below(resolver: Any) -> Iterator[Place]:
        for entry in resolver.url_patterns:
            if not isinstance(entry, URLPattern):
                yield from below(entry) if entry.namespace != "admin" else ()
            elif entry.callback.__module__.startswith(RISKY):
                yield PLACES[str(entry.name)]

    yield from below(get_resolver())


@pytest.mark.slow
def test_risky_acts_need_a_fresh_sign_in(client: Client, world: dict[str, Any]) -> None:
    make_stale(client)
    unasked = {
        place.name
        for place in risky_places()
        if place.name not in FILES_BY_NAME
        and not is_asked(client.post(place.address(world)))
    }
    assert unasked == set(NOT_ASKED)


def test_pages_with_secrets_need_one_to_be_read(
    client: Client, world: dict[str, Any]
) -> None:
    make_stale(client)
    for name in ("recovery_sheet", "person_pdf", "recovery_codes", "add_authenticator"):
        assert is_asked(client.get(PLACES[name].address(world))), name


FILES_BY_NAME = {name for name, *_ in FILES.values()} | {"person_pdf", "recovery_sheet"}
