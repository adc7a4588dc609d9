"""What an admin list without rows says."""

import pytest
from django.test import Client

from medspa.models import User


@pytest.fixture
def pages(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def test_an_empty_list_offers_the_first_row(pages: Client) -> None:
    page = pages.get("/admin/campaigns/campaign/").content.decode()
    assert "No campaigns yet" in page
    assert "Add your first one" in page


def test_a_list_that_fills_itself_does_not_ask_for_rows(pages: Client) -> None:
    page = pages.get("/admin/leads/exportlog/").content.decode()
    assert "They appear here automatically" in page
    assert "Add your first one" not in page


def test_a_search_without_matches_is_not_an_empty_list(pages: Client) -> None:
    page = pages.get("/admin/campaigns/campaign/?q=nothing").content.decode()
    assert "No campaigns match" in page
    assert "Show all" in page
