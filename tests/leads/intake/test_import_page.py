"""The import page: who may, what it says, what it does."""

import re
from base64 import b64decode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from leads.models import Lead
from medspa.models import User
from tests.leads.intake.bringing import FILES

pytestmark = pytest.mark.usefixtures("clinic")
ROWS = (
    b"Kontakt,Wer,Notes\nana@example.com,Ana Secret,private\nme@nowhere,Bea,private\n"
)


def post(client: Client, data: bytes, **fields: object) -> HttpResponse:
    file = SimpleUploadedFile("Sarah Smith.csv", data, "text/csv")
    return client.post(reverse("lead_import"), {"file": file, **fields})


@pytest.fixture
def managing(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_only_who_may_import_sees_it(
    client: Client, front_desk: User, provider: User, administrator: User
) -> None:
    address = reverse("lead_import")
    assert client.get(address).status_code == 302
    for person, status in ((front_desk, 403), (provider, 403), (administrator, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert post(client, ROWS).status_code == status


def test_it_says_what_is_never_stored(managing: Client) -> None:
    page = managing.get(reverse("lead_import")).content.decode()
    assert "No last names, medical notes, dates of birth or photos." in page


def test_checking_a_file_tells_and_saves_nothing(managing: Client) -> None:
    answer = post(managing, (FILES / "gohighlevel.csv").read_bytes(), action="check")
    page = answer.content.decode()
    assert "Preview" in page
    assert "5 columns were skipped: Last Name, Last Activity" in page
    assert "prefers mornings" not in page
    assert "Lindqvist" not in page
    assert not Lead.objects.exists()
    assert "no-store" in answer["Cache-Control"]


def test_a_column_can_be_mapped(managing: Client) -> None:
    page = post(managing, ROWS, action="check").content.decode()
    assert "No column holds an email" in page
    assert 'value="Kontakt=email"' in page
    overrides = ["Kontakt=email", "Wer=full_name", "Notes=", "Gone=phone", ""]
    page = post(managing, ROWS, action="import", map=overrides).content.decode()
    assert "Done" in page
    assert Lead.objects.get().first_name == "Ana"
    assert "Secret" not in page
    assert "private" not in page


def test_failed_rows_come_back_with_the_page(managing: Client) -> None:
    overrides = ["Kontakt=email", "Wer=full_name"]
    page = post(managing, ROWS, action="import", map=overrides).content.decode()
    [encoded] = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert (
        b64decode(encoded)
        .decode("utf-8-sig")
        .splitlines()[1]
        .endswith("me@nowhere,Bea")
    )


def test_history_names_the_person(managing: Client, manager: User) -> None:
    post(managing, (FILES / "hubspot.csv").read_bytes(), action="import")
    row = Lead.history.first()
    assert row.history_user == manager
    assert row.history_change_reason == "Imported from a file: HubSpot contacts"


def test_campaigns_are_made_when_asked(managing: Client) -> None:
    data = (FILES / "meta_lead_ads.csv").read_bytes()
    post(managing, data, action="import", create_campaigns="on")
    names = {campaign.name for campaign in Campaign.objects.all()}
    assert names == {"Spring Glow", "Winter Peel"}


def test_htmx_gets_the_report_alone(managing: Client) -> None:
    file = SimpleUploadedFile("leads.csv", ROWS, "text/csv")
    answer = managing.post(
        reverse("lead_import"), {"file": file}, headers={"HX-Request": "true"}
    )
    report = answer.content.decode()
    assert "<html" not in report
    assert "No column holds an email" in report


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG", "This is a picture."),
        (b"x" * (21 * 1024 * 1024), "larger than 20 MB"),
    ],
)
def test_a_bad_file_is_a_sentence(managing: Client, data: bytes, sentence: str) -> None:
    answer = post(managing, data, action="import")
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_no_file_is_a_sentence(managing: Client) -> None:
    answer = managing.post(reverse("lead_import"), {"action": "import"})
    assert "Choose a file." in answer.content.decode()
