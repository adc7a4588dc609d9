"""The rules of web forms and their wordings, in words and in SQL."""

import pytest

from connections.models import WebFormWording
from tests.factories import WebFormFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def of_another_title() -> dict[str, str]:
    return {"title": WebFormFactory(title="Peels").title.upper()}


def second_wording() -> WebFormWording:
    form = WebFormFactory()
    return WebFormWording.objects.create(form=form, version=2)


RULES = [
    Rule(
        "connections_webform_title_no_persons",
        WebFormFactory,
        {"title": "For ana@example.com"},
        "A name can't contain an email address, date, phone number or other long "
        "number.",
        "title",
    ),
    Rule(
        "connections_webform_has_its_texts",
        WebFormFactory,
        {"button": " "},
        "This field is required.",
        "button",
        raw={"button": ""},
    ),
    Rule(
        "connections_webform_title_is_unique",
        WebFormFactory,
        lambda row: of_another_title(),
        "There is already a form with this title.",
        "title",
    ),
    Rule(
        "connections_webform_slug_is_unique",
        WebFormFactory,
        lambda row: {"slug": WebFormFactory().slug},
        "There is already a form with this name.",
    ),
    Rule(
        "connections_webform_slug_is_short",
        WebFormFactory,
        {"slug": "Two words"},
        "Use only lowercase letters and digits.",
    ),
    Rule(
        "connections_webform_asks_a_contact",
        lambda: WebFormFactory(email_wording="", text_wording=""),
        {"asks_email": False, "asks_phone": False},
        "Ask for an email, a phone or both.",
    ),
    Rule(
        "connections_webform_consents_have_contacts",
        WebFormFactory,
        {"asks_phone": False},
        "To ask for consent to emails, ask for the email. To ask for consent to texts,"
        " ask for the phone.",
    ),
    Rule(
        "connections_webform_accent_is_a_color",
        WebFormFactory,
        {"accent": "violet"},
        "Choose a color like #4f46e5.",
        "accent",
    ),
    Rule(
        "connections_webform_origins_are_websites",
        WebFormFactory,
        {"origins": "https://www.example.com; script-src *"},
        "Enter one website a line, like https://www.example.com.",
        "origins",
    ),
    Rule(
        "connections_webform_wordings_are_counted",
        WebFormFactory,
        {"wording_version": 0},
        "The first wording has the number 1.",
    ),
    Rule(
        "connections_webform_source_is_listed",
        WebFormFactory,
        {"source": "hearsay"},
        "Choose from the list.",
        "source",
    ),
    Rule(
        "connections_webformwording_version_is_one",
        second_wording,
        {"version": 1},
        "This version has its wording already.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
