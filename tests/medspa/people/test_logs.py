"""No log holds a link that signs somebody in."""

import logging

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import EmailedLinkFactory


@pytest.mark.django_db
def test_a_slow_page_is_logged_without_its_token(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_QUERY_SECONDS = -1
    link = EmailedLinkFactory()
    with caplog.at_level(logging.WARNING, "medspa.postgres"):
        client.get(reverse("invitation", args=[link.token]))
        client.get("/admin/login/")
    assert "s on /invitation/…/: " in caplog.text
    assert link.token not in caplog.text
