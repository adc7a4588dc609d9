"""Meta's rows: prefixes, organic ones, networks, the form that was sent."""

import pytest

from leads.intake.files.importers import IMPORTERS_BY_NAME
from leads.intake.incoming import IncomingLead


def read(**cells: str) -> IncomingLead:
    return IMPORTERS_BY_NAME["meta"].read({"email": "mia@example.com", **cells})


@pytest.mark.parametrize("prefix", ["l", "ag", "as", "c", "f", "p"])
def test_a_prefix_is_taken_away(prefix: str) -> None:
    assert read(campaign_name=f"{prefix}:Glow").campaign_name == "Glow"


@pytest.mark.parametrize("text", ["x:Glow", "ll:Glow", "Glow p:1", "p:"])
def test_what_only_looks_like_a_prefix_stays(text: str) -> None:
    assert read(campaign_name=text).campaign_name == text


def test_a_prefixed_phone_is_read() -> None:
    assert read(phone="p:+12125550123").phone == "+12125550123"


@pytest.mark.parametrize("yes", ["true", "TRUE", "yes", "1"])
def test_an_organic_row_came_by_no_ad(yes: str) -> None:
    row = read(is_organic=yes, ad_platform="fb", campaign_name="Glow")
    assert (row.source, row.ad_platform, row.campaign_name) == ("facebook", "", "")


@pytest.mark.parametrize("no", ["false", "no", "0", ""])
def test_any_other_row_came_by_an_ad(no: str) -> None:
    row = read(is_organic=no, ad_platform="fb", campaign_name="Glow")
    assert (row.ad_platform, row.campaign_name) == ("facebook", "Glow")


@pytest.mark.parametrize(
    ("platform", "source", "ad_platform"),
    [
        ("fb", "facebook", "facebook"),
        ("ig", "instagram", "instagram"),
        ("msg", "facebook", "facebook"),
        ("an", "facebook", "other"),
        ("", "facebook", ""),
        ("google", "facebook", "google"),
    ],
)
def test_a_network_is_facebook_unless_it_is_instagram(
    platform: str, source: str, ad_platform: str
) -> None:
    row = read(ad_platform=platform)
    assert (row.source, row.ad_platform) == (source, ad_platform)


def test_a_source_that_is_said_goes_before_the_network() -> None:
    assert read(source="referral", ad_platform="ig").source == "referral"


def test_every_row_is_a_form_sent_when_it_was_created() -> None:
    row = read(created_at="2026-03-02T10:00:00-05:00")
    assert row.form == "meta_lead_ads"
    assert row.submitted_at == row.created_at
    assert row.created_at is not None


@pytest.mark.parametrize("importer", ["meta", "ghl", "hubspot", "free"])
def test_a_name_is_the_first_names_or_cut_from_the_full_one(importer: str) -> None:
    contact = {"email": "mia@example.com"}
    both = {"first_name": "Mia", "full_name": "Anna Secret"}
    for cells, name in (
        (both, "Mia"),
        ({"full_name": "Anna Secret"}, "Anna"),
        ({"first_name": "1", "full_name": "Anna Secret"}, "Anna"),
        ({}, ""),
    ):
        assert IMPORTERS_BY_NAME[importer].read(contact | cells).first_name == name
