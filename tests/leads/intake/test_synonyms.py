"""The words and headers that are understood, written down one by one."""

import pytest

from leads.intake import synonyms as words
from leads.intake.files.importers import IMPORTERS_BY_NAME, importer_for
from leads.intake.files.mapping import map_columns
from leads.intake.lookups import read_clinic_names

SOURCE_SYNONYMS = {
    "facebook": "facebook|fb|Facebook Ads|meta|Meta Ads",
    "instagram": "instagram|ig|insta|instagram ads",
    "google": "google|Google Ads|adwords|google adwords|ppc|gads",
    "tiktok": "tiktok|tik tok|tiktok ads|tt",
    "referral": "referral|referrals|referred|friend|word of mouth",
    "organic": "organic|organic search|seo|google organic|google search",
    "website": "website|web|website form|web form|form|landing page|direct traffic|"
    "direct|chat|chat widget|online",
    "phone": "phone|phone call|call|called|inbound call|telephone",
    "walk_in": "walk in|walkin|Walk-in|in person|drop in",
    "gohighlevel": "gohighlevel|go high level|ghl|highlevel",
    "other": "other|a billboard",
    "": "| ",
}
PLATFORM_SYNONYMS = {
    "facebook": "facebook|fb|facebook ads|meta|meta ads|msg|messenger",
    "instagram": "instagram|ig|insta|instagram ads",
    "google": "google|google ads|adwords|youtube|gads",
    "tiktok": "tiktok|tik tok|tiktok ads|tt",
    "bing": "bing|microsoft|microsoft ads|bing ads",
    "yelp": "yelp|yelp ads",
    "other": "other|an|audience network",
    "": "|a billboard",
}
PROCEDURE_SYNONYMS = {
    "BTX": "btx|Botox|dysport|xeomin|neurotoxin|tox",
    "FILLER": "filler|fillers|dermal filler|dermal fillers|lip filler|juvederm|"
    "restylane",
    "LASER": "laser|laser hair removal|lhr|ipl|laser resurfacing",
    "RHINO": "rhino|rhinoplasty|nose job",
    "BREAST": "breast|breast augmentation|breast lift|ba",
    "TUMMY": "tummy|tummy tuck|abdominoplasty",
    "FACE": "face|facelift|face lift",
    "": "|cough",
}
FREE = {
    "first_name": "First Name|first|given name|forename|fname|Vorname",
    "full_name": "Full Name|name|contact name|lead name|client name",
    "email": "Email|e-mail address|primary email|mail|personal email|work email|"
    "email 1|email 2|email 3|secondary email|other email|alternate email",
    "phone": "Phone|phone number|primary phone|mobile|mobile phone|mobile number|cell|"
    "cell phone|telephone|tel|home phone|work phone|phone 1|phone 2|phone 3|"
    "other phone|alternate phone",
    "source": "Source|lead source|original source|contact source|utm_source",
    "campaign_name": "Campaign|campaign name|utm_campaign",
    "ad_platform": "Ad Platform|platform",
    "tags": "Tags|tag|interests|interest|interested in",
    "procedure": "Procedure|procedure code|treatment|service",
    "expected_value": "Expected value|monetary value|opportunity value|lead value|"
    "deal value|value",
    "created_at": "Created at|created|created on|create date|date created|"
    "created_time|date added|lead date|date",
    "stage": "Stage|pipeline stage|lead stage|opportunity stage|deal stage",
    "assigned_to": "Assigned to|assigned user|assigned|owner|lead owner|contact owner",
    "external_id": "GoHighLevel contact id|GHL contact id|Contact Id",
}
IMPORTERS = {
    "free": FREE,
    "ghl": FREE
    | {
        "created_at": "Created|created at|date added",
        "expected_value": "Opportunity value|monetary value|opportunities",
    },
    "hubspot": {
        field: names for field, names in FREE.items() if field != "external_id"
    },
    "meta": {
        "first_name": "first_name",
        "full_name": "full_name",
        "email": "email|work_email",
        "phone": "phone_number|phone|work_phone_number",
        "campaign_name": "campaign_name",
        "ad_platform": "platform",
        "is_organic": "is_organic",
        "created_at": "created_time",
    },
    "google": {
        "first_name": "First Name|Given Name",
        "full_name": "Name",
        "email": "|".join(f"E-mail {number} - Value" for number in range(1, 6)),
        "phone": "|".join(f"Phone {number} - Value" for number in range(1, 6)),
    },
}


# A column to recognize people by, for a field that is no phone and for the phone.
OTHER = {False: ("Phone", "Email"), True: ("Phone 1 - Value", "E-mail 1 - Value")}


def each(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(word, value) for value, line in table.items() for word in line.split("|")]


@pytest.mark.parametrize(("word", "source"), each(SOURCE_SYNONYMS))
def test_a_source_is_known_by(word: str, source: str) -> None:
    assert words.source_of(word.upper()) == source


@pytest.mark.parametrize(("word", "platform"), each(PLATFORM_SYNONYMS))
def test_a_platform_is_known_by(word: str, platform: str) -> None:
    assert words.platform_of(word.upper()) == platform


@pytest.mark.django_db
def test_a_procedure_is_known_by_code_name_and_what_others_call_it() -> None:
    names = read_clinic_names()
    for word, procedure in each(PROCEDURE_SYNONYMS):
        assert names.procedure_of(word.upper()) == procedure, word


def test_letters_and_digits_alone_make_a_word() -> None:
    assert words.key(" Lead-Source_2: Zoë! ") == "leadsource2zoë"
    assert words.key("STRASSE") == words.key("Straße")


@pytest.mark.parametrize(
    ("importer", "header", "field"),
    [
        (importer, header, field)
        for importer, table in IMPORTERS.items()
        for header, field in each(table)
    ],
)
def test_a_column_is_known_by(importer: str, header: str, field: str) -> None:
    other = OTHER[importer == "google"][field == "phone"]
    assert map_columns((header, other), importer).columns[field] == (0,)


@pytest.mark.parametrize("importer", IMPORTERS)
def test_no_column_means_anything_else(importer: str) -> None:
    for field, names in IMPORTERS_BY_NAME[importer].columns.items():
        known = {words.key(header) for header in IMPORTERS[importer][field].split("|")}
        assert {*names} == known
    assert IMPORTERS_BY_NAME[importer].columns.keys() == IMPORTERS[importer].keys()


@pytest.mark.parametrize(
    ("importer", "field"),
    [(importer, field) for importer in IMPORTERS for field in IMPORTERS[importer]],
)
def test_of_two_columns_for_one_field_the_better_known_is_read(
    importer: str, field: str
) -> None:
    other = OTHER[importer == "google"][field == "phone"]
    better, *worse = IMPORTERS[importer][field].split("|")
    for header in worse[:1]:
        mapping = map_columns((header, better, other), importer)
        assert mapping.columns[field][:2] == (1, 0)


@pytest.mark.parametrize(
    ("headers", "importer"),
    [
        (("Contact Id", "Last Activity"), "ghl"),
        (("Contact Id", "Opportunities"), "ghl"),
        (("Contact Id", "Opportunity Value"), "ghl"),
        (("Contact Id", "Created"), "ghl"),
        (("Contact Id", "Tags"), "ghl"),
        # Any system may number its contacts.
        (("Contact Id", "First Name", "Email", "Phone"), "free"),
        (("First Name", "Phone 1 - Value"), "google"),
        (("Given Name", "E-mail 1 - Value"), "google"),
        (("First Name", "Email", "Phone", "Tags"), "free"),
        (("Record ID - Contact", "Lifecycle Stage"), "hubspot"),
        (("Record ID", "Contact owner"), "hubspot"),
        (("Record ID", "Create Date"), "hubspot"),
        (("Record ID", "Original Source"), "hubspot"),
        (("Record ID", "Lead Status"), "hubspot"),
        (("Record ID", "Email"), "free"),
        (("Lifecycle Stage", "Contact owner"), "free"),
        (("created_time", "ad_id", "ad_name"), "meta"),
        (("adset_id", "adset_name", "campaign_id"), "meta"),
        (("form_id", "form_name", "is_organic"), "meta"),
        (("platform", "lead_status", "ad_id"), "meta"),
        (("platform", "created_time", "Email"), "free"),
    ],
)
def test_an_importer_is_recognized_by(headers: tuple[str, ...], importer: str) -> None:
    assert importer_for(headers).name == importer


@pytest.mark.parametrize(
    ("importer", "title", "source"),
    [
        ("meta", "Meta Lead Ads", "facebook"),
        ("ghl", "GoHighLevel contacts", "gohighlevel"),
        ("hubspot", "HubSpot contacts", "other"),
        ("google", "Google Contacts", "other"),
        ("free", "Spreadsheet", "other"),
    ],
)
def test_an_importer_has_a_title_and_a_source(
    importer: str, title: str, source: str
) -> None:
    found = IMPORTERS_BY_NAME[importer]
    assert (found.title, found.default_source) == (title, source)
