"""The list of people, one person's page, and the table of roles."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissions.models import Provider
from medspa.formats.people import COLORS, color_number, initials
from medspa.models import User
from medspa.roles import ADMINISTRATOR, CAPABILITIES, FRONT_DESK, MANAGER, ROLES
from tests import factories
from tests.medspa.people.posting import edited

pytestmark = pytest.mark.django_db


def rows(client: Client, query: str = "") -> list[list[str]]:
    """The cells of the list in words."""
    page = client.get(reverse("people"), {"q": query} if query else {}).text
    found = re.findall(r"<tr.*?</tr>", page, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in found]
    return [
        [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row]
        for row in cells
    ]


def test_everyone_is_listed_with_role_provider_and_state(
    office: Client, administrator: User
) -> None:
    maria = factories.UserFactory(
        first_name="Maria", last_name="Gold", email="m@example.com", role=MANAGER
    )
    factories.ProviderFactory(name="Dr. Gold", user=maria)
    User.objects.filter(pk=maria.pk).update(last_login=timezone.now())
    factories.UserFactory(first_name="Al", is_active=False)
    factories.EmailedLinkFactory(person__first_name="Zoe")
    old = timezone.now() - timezone.timedelta(days=9)  # type: ignore[attr-defined]
    factories.EmailedLinkFactory(person__first_name="Bea", created_at=old)
    listed = rows(office)
    assert [row[-1] for row in listed] == [
        "Active",
        "Active",
        "Invited",
        "Invitation expired",
        "Deactivated",
    ]
    [own, marias, *_] = listed
    assert own[:2] == ["AD administrator", "Not set"]
    assert marias[:4] == ["MG Maria Gold", "m@example.com", "Manager", "Dr. Gold"]
    assert listed[2][4] == "Never"


def test_people_are_found_by_any_part_of_name_or_email(office: Client) -> None:
    factories.UserFactory(first_name="Maria", last_name="Gold", email="mg@example.com")
    for query in ("gold", "maria go", "MG@", "old mar"):
        assert [row[0] for row in rows(office, query)] == ["MG Maria Gold"]
    page = office.get(reverse("people"), {"q": "<x>\0"}).text
    assert "No one matches “&lt;x&gt;”." in page


@pytest.mark.parametrize("count", [2, 30])
def test_the_list_asks_as_often_for_many_people_as_for_few(
    count: int, office: Client
) -> None:
    for _ in range(count):
        link = factories.EmailedLinkFactory(sent_at=timezone.now())
        factories.ProviderFactory(user=link.person)
    with CaptureQueriesContext(connection) as queries:
        office.get(reverse("people"))
    # The session, who asks, the people, their roles, their links, who sent them
    # (joined), their providers.
    assert len(queries) == 6


def save(office: Client, person: User, **changes: Any) -> Any:
    address = reverse("person", args=[person.pk])
    return office.post(address, edited(person, **changes), follow=True)


def test_role_name_and_provider_are_edited_with_one_row_of_history(
    office: Client, administrator: User
) -> None:
    maria = factories.UserFactory(first_name="Maria", role=MANAGER)
    provider, other = factories.ProviderFactory.create_batch(2)
    before = maria.history.count()
    save(office, maria, first_name="Mary", role=FRONT_DESK, provider=provider.pk)
    maria.refresh_from_db()
    assert (maria.first_name, maria.groups.get().name) == ("Mary", FRONT_DESK)
    assert maria.provider == provider
    assert maria.history.count() == before + 1
    text = office.get(reverse("admin:medspa_user_history", args=[maria.pk])).text
    text = " ".join(re.sub(r"<[^>]*>", "", text).split())
    assert "first name from Maria to Mary" in text
    assert "roles from Manager to Front desk" in text
    save(office, maria, provider=other.pk)
    assert Provider.objects.get(user=maria) == other
    assert provider.history.first().history_user == administrator
    save(office, maria, provider="")
    assert not Provider.objects.filter(user=maria).exists()
    assert maria.history.count() == before + 1, "nothing of the person changed"


def test_a_provider_of_somebody_else_is_not_offered(office: Client) -> None:
    maria = factories.UserFactory(first_name="Maria", role=MANAGER)
    taken = factories.ProviderFactory(user=factories.UserFactory())
    answer = save(office, maria, provider=taken.pk)
    assert answer.status_code == 422
    assert "Another person signs in as this provider." in answer.text


def test_several_roles_stay_unless_one_is_chosen(office: Client) -> None:
    maria = factories.UserFactory(first_name="Maria", role=MANAGER)
    maria.groups.add(Group.objects.get(name="Provider"))
    page = office.get(reverse("person", args=[maria.pk])).text
    assert "Manager, Provider" in page
    save(office, maria, role="", last_name="Gold")
    assert maria.groups.count() == 2
    save(office, maria, role=MANAGER)
    assert maria.groups.get().name == MANAGER


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "maria@example.com", "A username can&#x27;t contain @."),
        ("username", "no spaces", "Enter a valid username."),
        ("username", "administrator", "already exists"),
        ("first_name", "", "Enter a first name."),
        ("email", "x", "Enter an email address like name@example.com."),
    ],
)
def test_a_person_is_not_saved_with_what_is_not_good(
    field: str, value: str, sentence: str, office: Client
) -> None:
    maria = factories.UserFactory(first_name="Maria", role=MANAGER)
    before = maria.history.count()
    answer = save(office, maria, **{field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert maria.history.count() == before


def test_the_last_administrator_keeps_the_role(
    office: Client, administrator: User
) -> None:
    answer = save(office, administrator, role=MANAGER)
    assert "last administrator who can sign in" in answer.text
    assert list(User.objects.administrators()) == [administrator]
    other = factories.UserFactory(role=ADMINISTRATOR)
    save(office, administrator, role=MANAGER)
    assert list(User.objects.administrators()) == [other]


def test_an_administrator_changes_no_superuser(office: Client, superuser: User) -> None:
    assert save(office, superuser, first_name="Mine").status_code == 403
    page = office.get(reverse("person", args=[superuser.pk])).text
    assert "Only the owner of the installation can change this person." in page
    assert 'name="username"' not in page.partition("<main")[2]


def test_no_page_shows_a_password_hash(office: Client) -> None:
    maria = factories.UserFactory(first_name="Maria", role=MANAGER)
    maria.set_password("otter lamp violin")
    maria.save()
    for address in (
        reverse("person", args=[maria.pk]),
        reverse("admin:medspa_user_change", args=[maria.pk]),
        reverse("admin:medspa_user_changelist"),
        reverse("admin:medspa_user_history", args=[maria.pk]),
        reverse("people"),
    ):
        page = office.get(address, follow=True).text
        assert "md5" not in page
        assert maria.password.split("$")[-1] not in page
        assert "LDAP" not in page


def test_the_admin_leads_to_the_pages(office: Client) -> None:
    maria = factories.UserFactory()
    for name, args, page in (
        ("medspa_user_changelist", [], reverse("people")),
        ("medspa_user_change", [maria.pk], reverse("person", args=[maria.pk])),
        ("auth_group_changelist", [], reverse("roles")),
        ("password_change", [], reverse("change_password")),
    ):
        assert office.get(reverse(f"admin:{name}", args=args))["Location"] == page


def test_the_roles_are_a_table_to_read(office: Client) -> None:
    page = office.get(reverse("roles")).text
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = {
        unescape(re.sub(r"<[^>]*>", "", name)).strip(): re.findall(r">(Yes|No)<", cells)
        for name, cells in re.findall(
            r"<th scope=\"row\">(.*?)</th>(.*?)</tr>", body, re.S
        )
    }
    assert found == {
        item.name[:1].upper() + item.name[1:]: [
            "Yes" if role in item.roles else "No" for role in ROLES
        ]
        for item in CAPABILITIES
    }
    assert "<input" not in body


# Avatars ----------------------------------------------------------------------------

SHEET = Path(settings.BASE_DIR, "static/css/avatars.css").read_text()


@pytest.mark.parametrize(
    ("first", "last", "letters"),
    [
        ("Maria", "Gold", "MG"),
        ("maria", "", "MA"),
        ("", "Gold", "GO"),
        ("", "", "ZL"),
        ("É", " ", "É"),
    ],
)
def test_initials(first: str, last: str, letters: str) -> None:
    person = User(first_name=first, last_name=last, username="zlop")
    assert initials(person) == letters


def test_a_person_always_has_the_same_color() -> None:
    people = [User(pk=f"c{number:024}") for number in range(200)]
    assert {color_number(person) for person in people} == set(range(COLORS))
    assert color_number(User(pk=people[0].pk)) == color_number(people[0])


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_color_can_be_read_in_both_themes() -> None:
    pairs = re.findall(r"avatar-\d .*?(#\w{6}).*?(#\w{6})", SHEET)
    assert len(pairs) == 2 * COLORS
    for pair in pairs:
        dark, light = sorted(map(luminance, pair))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair
