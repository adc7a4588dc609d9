"""The set-up pages of docs/connections, tried step by step on the pages of the site."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from connections.models import Connection, ReceivedDelivery
from connections.registry import DOORS
from connections.setting_up import secret_label
from medspa import clock
from tests.connections.deliveries import keys_of
from tests.connections.doors import address_of, post

pytestmark = pytest.mark.usefixtures("clinic")
DOCS = Path(settings.BASE_DIR) / "docs/connections"
# The web form has pages of its own, with a browser test.
DOORS_WITH_STEPS = sorted(set(DOORS) - {"web_form", "gohighlevel"})
LABEL = re.compile(r"\*\*(.+?)\*\*")


def steps(door: str) -> list[str]:
    """The numbered steps of "Set up", each in one line."""
    text = (DOCS / f"{door}.md").read_text()
    section = text.partition("## Set up\n")[2].partition("\n## ")[0]
    return [" ".join(step.split()) for step in re.split(r"\n\d+\. ", section)[1:]]


def site_text(client: Client, row: Connection | None) -> str:
    pages = ["/connections/"]
    if row and DOORS[row.door].mappings:
        pages.append(f"/connections/{row.pk}/set-up/")
    text = " ".join(client.get(page).content.decode() for page in pages)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.mark.parametrize("door", DOORS_WITH_STEPS)
def test_every_word_to_click_is_on_our_pages(admin_client: Client, door: str) -> None:
    ours = [step for step in steps(door) if step.startswith("Here")]
    assert len(ours) >= 2 or door == "acuity"
    before = site_text(admin_client, None)
    admin_client.post("/connections/add/", {"door": door})
    text = before + site_text(admin_client, Connection.objects.get())
    labels = [label for step in ours for label in LABEL.findall(step)]
    assert [label for label in labels if label not in text] == []


@pytest.mark.parametrize("door", DOORS_WITH_STEPS)
def test_every_secret_is_named_or_made(door: str) -> None:
    text = " ".join(steps(door))
    labels = [secret_label(DOORS[door], name) for name in DOORS[door].secrets]
    if DOORS[door].makes_secret:
        assert "**Generate a new secret**" in text
        labels = labels[1:]
    assert [label for label in labels if f"**{label}**" not in text] == []


@pytest.mark.parametrize("door", DOORS_WITH_STEPS)
def test_who_followed_the_steps_receives_deliveries(
    admin_client: Client, door: str
) -> None:
    admin_client.post("/connections/add/", {"door": door})
    row = Connection.objects.get()
    secrets = f"/connections/{row.pk}/secrets/"
    assert f"/connections/in/{row.pk}/" in site_text(admin_client, row)
    if DOORS[door].makes_secret:
        made = admin_client.post(secrets, {"make": "yes"}).content.decode()
        row.refresh_from_db()
        assert row.secret_values[DOORS[door].secrets[0]] in made
    else:
        admin_client.post(secrets, keys_of(DOORS[door]))
        row.refresh_from_db()
    sign, [example, *_] = DOORS[door].sign, DOORS[door].canaries(str)
    assert sign
    sent = replace(example, received_at=clock.now(), url=address_of(row))
    assert post(row, sign(sent, row.secret_values)).status_code == 200
    assert ReceivedDelivery.objects.filter(connection=row).exists()
