"""Setting up GoHighLevel on its page: keys, test, mappings, first import."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from connections.gohighlevel.access import settings_of
from connections.models import Connection, StreamState
from connections.setting_up import set_secrets
from leads.models import Lead
from medspa import clock
from medspa.extension_points import job_kinds
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import AuditEvent, JobRun
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel
from tests.connections.fake_gohighlevel.fake import LOCATION, TOKEN
from tests.connections.fake_gohighlevel.server import serving
from tests.factories import ProcedureFactory, ProviderFactory, StageFactory

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def there(settings: Any, clinic: None) -> Iterator[FakeGoHighLevel]:
    api = Api(FakeGoHighLevel())
    with serving(api) as address:
        settings.GOHIGHLEVEL_URL = address
        yield api.fake


def connect(client: Client, token: str = TOKEN, account: str = LOCATION) -> str:
    """The text of the page that follows."""
    given = {"door": "gohighlevel", "account": account, "token": token}
    return text_of(client.post("/connections/add/", given, follow=True))


def text_of(response: Any) -> str:
    """What people read."""
    plain = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(unescape(plain).split())


def page_of(row: Connection) -> str:
    return f"/connections/{row.pk}/set-up/"


def only_row() -> Connection:
    return Connection.objects.get()


def test_location_and_token_are_entered_and_tested_at_once(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    there.add_contact(firstName="Nora", email="nora@example.com")
    there.time.sleep(3)
    page = connect(admin_client)
    assert "The token works for Glow Aesthetics." in page
    assert "contacts.readonly 1 contact" in page and "Sales" in page
    assert TOKEN not in page and f"Ends in …{TOKEN[-4:]}, set just now" in page
    assert not Lead.objects.exists()


def test_each_key_tells_its_own_age(admin_client: Client, settings: Any) -> None:
    settings.GOHIGHLEVEL_URL = "http://127.0.0.1:9"
    row: Any = Connection(door="gohighlevel", account=LOCATION)
    row.secrets = json.dumps({"token": TOKEN})
    row._history_date = clock.now() - timedelta(days=3)
    row.save()
    set_secrets(row.pk, {"workflow_secret": "a long random word"})
    page = text_of(admin_client.get(page_of(row)))
    assert f"Ends in …{TOKEN[-4:]}, set 3 d ago" in page
    assert "Ends in …word, set just now" in page


def test_a_location_is_needed(admin_client: Client) -> None:
    assert "Enter the Location ID." in connect(admin_client, account=" ")
    assert not Connection.objects.exists()


def test_a_missing_scope_is_named_with_what_to_do(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    there.forbidden = ("/payments",)
    page = connect(admin_client)
    assert "The token for Glow Aesthetics works only in part." in page
    assert "tick payments/transactions.readonly" in page
    assert page.count("Failed.") == 1


def test_a_wrong_token_says_how_to_make_one(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    page = connect(admin_client, token="pit-wrong")
    assert "Private Integrations, rotate or create a token" in page
    assert "pit-wrong" not in page


def test_a_wrong_location_is_corrected_before_anything_came_in(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    connect(admin_client, account="ve9EPM428h8vShlRW1KX")
    row = only_row()
    given = {"account": LOCATION}
    page = admin_client.post(f"/connections/{row.pk}/account/", given, follow=True)
    assert "The token works for Glow Aesthetics." in text_of(page)
    assert only_row().account == LOCATION


def test_mappings_are_chosen_by_their_names_there(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    stage = StageFactory(name="Talking")
    provider = ProviderFactory(name="Dr. Kim")
    code = ProcedureFactory().code
    connect(admin_client)
    calendar = there.calendars[0]
    given = {
        "stages-0-key": there.stage_id(0),
        "stages-0-name": "Sales: New lead",
        "stages-0-stages": stage.pk,
        "stages-1-key": there.stage_id(1),
        "stages-1-stages": "",
        "calendars-0-key": calendar.id,
        "calendars-0-name": calendar.name,
        "calendars-0-consult_calendars": "yes",
        "calendars-0-calendar_procedures": code,
        "calendars-0-calendar_providers": provider.pk,
        "paid-0-key": "Lip filler special",
        "paid-0-procedures": code,
        "write-stage": "yes",
    }
    page = admin_client.post(page_of(only_row()), given, follow=True)
    assert "Settings saved." in text_of(page)
    saved = settings_of(only_row())
    assert saved.stages == {there.stage_id(0): stage.pk}
    assert saved.consult_calendars == (calendar.id,)
    assert saved.calendar_providers == {calendar.id: provider.pk}
    assert saved.calendar_procedures == {calendar.id: code}
    assert saved.procedures == {"Lip filler special": code}
    assert saved.writes == ("stage",)
    assert AuditEvent.objects.filter(kind="connection_settings_changed").exists()


def test_what_was_renamed_or_removed_there_is_told(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    stage = StageFactory(name="Talking")
    connect(admin_client)
    ids = [there.stage_id(0), there.stage_id(9)]
    row = only_row()
    row.settings_json = {
        "stages": dict.fromkeys(ids, stage.pk),
        "names": {ids[0]: "Sales: Fresh", ids[1]: "Sales: Old stage"},
    }
    row.save()
    page = text_of(admin_client.get(page_of(row)))
    assert "Was called “Sales: Fresh” when it was mapped." in page
    assert "Sales: Old stage Not there any more." in page
    assert page.count("Not there any more.") == 1


def test_a_key_of_no_possible_shape_is_refused_and_kept_to_be_corrected(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    connect(admin_client)
    stage = StageFactory(name="Talking")
    given = {"stages-0-key": "no id at all", "stages-0-stages": stage.pk}
    page = admin_client.post(page_of(only_row()), given)
    assert page.status_code == 422
    assert "Nothing was saved." in text_of(page)
    assert 'value="no id at all"' in page.content.decode()
    given = {"stages-0-key": there.stage_id(0), "stages-0-stages": "c" * 25}
    page = admin_client.post(page_of(only_row()), given)
    assert "Choose a stage from the list." in text_of(page)
    assert only_row().settings_json == {}


def test_the_page_is_shown_while_gohighlevel_is_down(
    admin_client: Client, settings: Any
) -> None:
    settings.GOHIGHLEVEL_URL = "http://127.0.0.1:9"
    connect(admin_client)
    page = text_of(admin_client.get(page_of(only_row())))
    assert "GoHighLevel isn't responding. Try again" in page


@pytest.mark.slow
def test_an_import_is_previewed_started_paused_and_resumed(
    admin_client: Client, there: FakeGoHighLevel
) -> None:
    there.add_contact(firstName="Nora", email="nora@example.com")
    there.add_contact(firstName="Nobody")
    there.time.sleep(3)
    connect(admin_client)
    act = f"/connections/{only_row().pk}/import/"
    assert "Stop the preview" in progress(admin_client, act, "preview")
    work_off()
    page = text_of(admin_client.get(page_of(only_row())))
    assert "2 contacts there. Nothing was saved." in page
    assert "Would be created 2 " in page
    assert not Lead.objects.exists()
    assert "Pause" in progress(admin_client, act, "start")
    assert "The import is paused." in progress(admin_client, act, "pause")
    assert "Resume import" in text_of(admin_client.get(page_of(only_row())))
    progress(admin_client, act, "start")
    work_off()
    assert Lead.objects.count() == 2
    done = text_of(admin_client.get(f"{page_of(only_row())}?part=import"))
    assert "Import from GoHighLevel done." in done
    assert "Undo import" in done
    assert StreamState.objects.filter(previewed_at__isnull=False).exists()
    assert JobRun.objects.count() == 3


def work_off() -> None:
    """What a worker does with the run that waits, in this test's transaction."""
    run = JobRun.objects.active().get()
    outcome = job_kinds[run.kind].work(arguments_of(run), NullProgress())
    now = clock.now()
    run.state, run.outcome, run.started_at, run.finished_at = "done", outcome, now, now
    run.save()


def progress(client: Client, address: str, act: str) -> str:
    return text_of(client.post(address, {"act": act}, follow=True))
