import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from campaigns.models import Campaign
from kpis.models import KpiEvent
from kpis.page.parts import PAGE_PARTS
from kpis.page.tables import KPI_TABLES
from leads.models import Lead
from medspa.models import User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER, PROVIDER
from tests.kpis.reference_case import ReferenceCase

MARCH = "/kpis/?from=2026-03-01&to=2026-03-31"


@pytest.fixture
def clinic(db: None, clinic_of_file: ReferenceCase) -> ReferenceCase:
    return clinic_of_file


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def text_of(html: str, start: str, end: str) -> str:
    """The words between two markers, tags taken out."""
    part = html.split(start, 1)[1].split(end, 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


@pytest.mark.parametrize(
    ("role", "status"),
    [(MANAGER, 200), (ADMINISTRATOR, 200), (FRONT_DESK, 403), (PROVIDER, 403)],
)
@pytest.mark.parametrize("address", ["/kpis/", "/kpis/?export=campaign"])
def test_only_managers_and_administrators_see_numbers(
    client: Client,
    person: Callable[[str], User],
    role: str,
    status: int,
    address: str,
) -> None:
    client.force_login(person(role))
    assert client.get(address).status_code == status


def test_a_stranger_is_sent_to_the_login_page(client: Client, db: None) -> None:
    assert client.get("/kpis/").url.startswith("/admin/login/")


def test_cards_show_the_reference_figures(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(MARCH).content.decode()
    cards = text_of(html, 'aria-label="Key numbers"', "</section>")
    for words in (
        "Event date 12",  # leads
        "$5,660.50",  # net revenue
        "$6,900",  # spend
        "$575",  # cost per lead
        "$1,380",  # CAC of ads
        "0.8×",  # ROAS
        "3 of 12",  # contacted by a person in five minutes: too few for a rate
        "4 of 12 with automatic texts",
    ):
        assert words in cards
    assert "Mar 1–31, 2026" in html
    assert "Jan 29 – Feb 28, 2026" in html


def test_the_total_row_says_what_the_cards_say(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(MARCH).content.decode()
    assert (
        text_of(html.split('id="campaign-title"')[1], "<tfoot>", "</tfoot>")
        == "All $6,900.00 12 6 5 6 $5,660.50 $575.00 $1,380.00 0.8×"
    )


def test_the_funnel_follows_the_leads_of_the_range(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(MARCH).content.decode()
    funnel = text_of(html, "<dl", "</dl>")
    assert "Booked 6 · 6 of 12" in funnel
    assert "Showed 5 · 5 of 6" in funnel


def test_the_cohort_basis_is_in_the_address_and_on_the_cards(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(f"{MARCH}&basis=cohort").content.decode()
    cards = text_of(html, 'aria-label="Key numbers"', "</section>")
    assert "$11,710.50" in cards
    assert "Event date" not in cards


@pytest.mark.parametrize("part", ["", *PAGE_PARTS])
def test_every_metric_explains_itself_to_mouse_and_keyboard(
    browser: Client, clinic: ReferenceCase, part: str
) -> None:
    html = browser.get(f"{MARCH}&part={part}").content.decode()
    described = set(re.findall(r'<button[^>]+aria-describedby="([^"]+)"', html))
    tips = set(re.findall(r'role="tooltip" id="([^"]+)"', html))
    assert described == tips
    assert len(tips) >= 4


def test_without_comparison_nothing_is_said_of_the_days_before(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(f"{MARCH}&compare=off&basis=cohort").content.decode()
    cards = text_of(html, 'aria-label="Key numbers"', "</section>")
    assert "$11,710.50" in cards
    assert "(better)" not in cards and "(worse)" not in cards and "n/a" not in cards
    assert "Jan 29 – Feb 28, 2026" not in html
    assert 'name="compare" value="off"' in html
    assert "/kpis/rows/?compare=off&" in unescape(html)


def test_the_comparison_is_switched_in_the_address(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = unescape(browser.get(MARCH).content.decode())
    assert "?from=2026-03-01&to=2026-03-31&compare=off" in html
    rows = browser.get("/kpis/rows/?range=30d&rows=leads&compare=off").content.decode()
    assert "/kpis/?range=30d&compare=off" in unescape(rows)


@pytest.mark.parametrize("key", KPI_TABLES)
def test_every_table_comes_as_json_with_what_its_columns_mean(
    browser: Client, clinic: ReferenceCase, key: str
) -> None:
    table = browser.get(f"{MARCH}&export={key}&format=json").json()
    assert table["table"] == key and table["rows"]
    keys = [column["key"] for column in table["columns"]]
    assert all(column["formula"] and column["unit"] for column in table["columns"])
    assert all(list(row) == ["id", "name", *keys] for row in table["rows"])


@pytest.mark.parametrize("address", [f"{MARCH}&export={key}" for key in KPI_TABLES])
def test_every_table_comes_as_a_file_with_the_labels_as_header(
    browser: Client, clinic: ReferenceCase, address: str
) -> None:
    response = browser.get(address)
    rows = list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))
    columns = browser.get(f"{address}&format=json").json()["columns"]
    assert response["Content-Type"].startswith("text/csv")
    assert len({len(row) for row in rows}) == 1
    headers = [re.sub(r" \((\$|%|seconds)\)$", "", header) for header in rows[0][1:]]
    assert headers == [column["label"] for column in columns]


def test_the_file_of_campaigns_is_exact(browser: Client, clinic: ReferenceCase) -> None:
    content = browser.get(f"{MARCH}&export=campaign").getvalue().decode("utf-8-sig")
    rows = {row["Campaign"]: row for row in csv.DictReader(content.splitlines())}
    assert rows["Google Surgery"]["Cost per lead ($)"] == "933.34"
    assert rows["Google Surgery"]["ROAS"] == "1.285713"
    assert rows["Unattributed"]["Cost per lead ($)"] == ""
    assert rows["All"]["Net revenue ($)"] == "5660.50"


def test_a_campaign_named_like_a_formula_is_text_in_the_file(
    browser: Client, clinic: ReferenceCase
) -> None:
    Campaign.objects.filter(id="C1").update(name="=HYPERLINK(1)")
    content = browser.get(f"{MARCH}&export=campaign").getvalue().decode()
    assert "'=HYPERLINK(1)" in content
    assert "\n=HYPERLINK" not in content


@pytest.mark.parametrize(
    "query",
    [
        "?from=0001-01-01&to=2026-01-01",
        "?from=2026-01-01&to=12026-01-01",
        "?range=%00",
        "?from=2026-02-30&to=2026-03-01",
    ],
)
def test_an_absurd_range_is_answered_with_a_sentence(
    browser: Client, clinic: ReferenceCase, query: str
) -> None:
    response = browser.get(f"/kpis/{query}")
    assert response.status_code == 200
    assert "These are the last 30 days." in response.content.decode()


def test_a_range_in_the_future_is_all_zero_but_for_spend(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get("/kpis/?from=2099-01-01&to=2099-01-31").content.decode()
    assert "Nothing happened in this period." in html


def test_deleted_and_voided_things_count_nowhere(
    browser: Client, clinic: ReferenceCase
) -> None:
    now = datetime.now(UTC)
    Lead.objects.filter(id="L05").update(deleted_at=now)
    KpiEvent.objects.filter(id="K008").update(deleted_at=now)
    html = browser.get(MARCH).content.decode()
    total = text_of(html.split('id="campaign-title"')[1], "<tfoot>", "</tfoot>")
    assert total.startswith("All $6,900.00 11 6 5 5 $5,070.50")


def test_within_the_page_the_hours_leave_their_numbers_to_a_page_of_their_own(
    browser: Client, clinic: ReferenceCase
) -> None:
    address = f"{MARCH}&part=arrivals"
    partial = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    query = address.removeprefix("/kpis/?")
    assert f'href="?{query}">Show the numbers</a>' in unescape(partial)
    assert partial.count("<table") == 1
    assert partial.count("<td") == partial.count('<td class="heat-') == 24 * 7
    whole = browser.get(address).content.decode()
    assert whole.count("<table") == 2 and "Show the numbers" not in whole


def test_parts_that_stand_beside_each_other_are_loaded_by_one_request(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = unescape(browser.get(MARCH).content.decode())
    asked = re.findall(r'hx-get="(\?[^"]+&part=[^"]+)"', html)
    loaded = [
        browser.get(f"/kpis/{query}", headers={"HX-Request": "true"}).content.decode()
        for query in asked
    ]
    found = [re.findall(r'class="kpi-part[^"]*" id="kpi-(\w+)"', one) for one in loaded]
    assert [part for parts in found for part in parts] == list(PAGE_PARTS)
    assert len(found) == 2
    alone = f"{MARCH}&part={found[0][1]}"
    part = browser.get(alone, headers={"HX-Request": "true"}).content.decode()
    assert part.strip() in loaded[0]


@pytest.mark.parametrize("part", PAGE_PARTS)
def test_what_stands_below_comes_after_the_page(
    browser: Client, clinic: ReferenceCase, part: str
) -> None:
    html = browser.get(MARCH).content.decode()
    address = f"{MARCH}&part={part}"
    assert f'href="{address.removeprefix("/kpis/")}"' in unescape(html)
    partial = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    titles = re.findall(r'id="(\w+-title)"', partial)
    assert titles and "<html" not in partial
    whole = browser.get(address).content.decode()
    assert titles == re.findall(r'id="(\w+-title)"', whole) and "<html" in whole
    assert not any(title in html for title in titles)
