"""Every link, filter, order and form that a page prints leads somewhere, for each role.

The sample clinic is walked from the start page as each role. A link counts by its
shape, not by the row it names, so that a list of leads is no more work than one lead.
"""

import logging
from collections import Counter, deque
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404
from django.utils import timezone

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from kpis.restatements.snapshots import take_snapshots
from leads.models import Lead
from medspa.clinic_time import clinic_today
from medspa.demo.sample.plan import Request
from medspa.demo.sample.seeding import seed
from medspa.models import User
from medspa.months import months_earlier
from medspa.web.static_files.theme_files import ICON_FONT, icons_of
from tests import factories
from tests.crawling import NOT_FOLLOWED, Page, links_of, shape

ROLES = ("Front desk", "Manager", "Provider", "Administrator")
# A page that is filtered by so much prints links, but they are not followed further.
PARAMETERS_FOLLOWED = 1
ROWS_OF_A_SHAPE = 2
# How many values of the same parameters of one page are opened.
VALUES_TRIED = 5
MOST_PAGES = 250

# Plugins of Alpine that stand in a script of their own.
OF_FORMS, FORM_SCRIPT = {"x-sort", "x-anchor"}, "vendor/theme-forms.js"


class Crawl:
    """A person's way through the site; `faults` are what should not be printed."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.faults: list[str] = []
        self.icons = icons_of(ICON_FONT)
        self.opened: Counter[Any] = Counter()
        self.alike: Counter[Any] = Counter()
        self.posted: set[Any] = set()
        self.waiting: deque[tuple[str, str]] = deque([("/", "")])

    def run(self) -> None:
        while self.waiting and self.opened.total() < MOST_PAGES:
            self.open(*self.waiting.popleft())

    def open(self, address: str, printed_on: str) -> None:
        key = self._key(address, printed_on)
        if key is None or self.opened[key] >= (1 if key[1] else ROWS_OF_A_SHAPE):
            return
        alike = key[0], frozenset(name for name, _ in key[1])
        if self.alike[alike] >= VALUES_TRIED:
            return
        self.opened[key] += 1
        self.alike[alike] += 1
        answer = self.ask("get", address)
        if answer.status_code >= 400:
            self._fault(f"{answer.status_code} {address}", printed_on)
        elif answer.status_code in (301, 302):
            self.waiting.append((answer["Location"], printed_on))
        elif "html" in answer["Content-Type"] and not answer.streaming:
            self._read(Page(address, answer.text), FORM_SCRIPT in answer.text)

    def _read(self, page: Page, has_form_script: bool) -> None:
        for icon in page.icons - self.icons.keys():
            self._fault(f"no icon {icon} in our font", page.address)
        if page.directives & OF_FORMS and not has_form_script:
            self._fault(f"no script for {page.directives & OF_FORMS}", page.address)
        for anchor in page.anchors - page.ids - {""}:
            self._fault(f"no #{anchor}", page.address)
        for value in page.unread_dates:
            self._fault(f"a date input shows nothing of {value}", page.address)
        query = parse_qsl(urlsplit(page.address).query)
        if len(query) <= PARAMETERS_FOLLOWED:
            self.waiting.extend((link, page.address) for link in links_of(page))
        for form in page.forms:
            found = self._key(form.action, page.address)
            key = found and (found[0], frozenset(name for name, _ in form.fields))
            if key and key not in self.posted and form.is_posted:
                self.posted.add(key)
                status = self.ask("post", form.action, form.fields).status_code
                if status in (403, 404, 405) or status >= 500:
                    self._fault(f"{status} form {form.action}", page.address)

    def ask(self, method: str, address: str, fields: Any = ()) -> Any:
        """The answer; what it did is taken back. An exception is a 500."""
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        with transaction.atomic():
            answer = getattr(self.client, method)(address, data or None)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    def _key(self, address: str, printed_on: str) -> Any:
        if urlsplit(address).path.startswith(NOT_FOLLOWED):
            return None
        try:
            return shape(address)
        except Resolver404:
            self._fault(f"dead link {address}", printed_on)
            return None

    def _fault(self, what: str, printed_on: str) -> None:
        self.faults.append(f"{what} on {printed_on}")


@pytest.fixture
def sample(db: None) -> None:
    """The sample clinic with months of commissions in each state."""
    now = timezone.now() - timedelta(minutes=1)
    seed(Request(leads=60, months=4, seed=7, now=now), lambda count: None)
    signer = factories.UserFactory(role="Administrator")
    this_month = clinic_today().replace(day=1)
    for back in (3, 2, 1):
        month = months_earlier(this_month, back)
        run_month(month)
        if back > 1:
            closing.approve(month, signer)
        if back > 2:
            closing.lock(month, signer)
    take_snapshots()
    gone = Lead.objects.order_by("pk").first()
    gone.delete()


def of_role(role: str) -> User:
    """Somebody with rows of their own."""
    person: User = factories.UserFactory(role=role)
    Provider.objects.filter(pk=Provider.objects.first().pk).update(user=person)
    factories.SavedViewFactory(owner=person, is_shared=True)
    run = factories.JobRunFactory(made_by=person)
    factories.ImportFileFactory(work=run)
    factories.BulkRunFactory(made_by=person)
    factories.ExportLogFactory(exported_by=person)
    Lead.objects.filter(assigned_to=None).update(assigned_to=person)
    return person


def walked(client: Client) -> Iterator[str]:
    for role in ROLES:
        client.force_login(of_role(role))
        crawl = Crawl(client)
        crawl.run()
        yield from (f"{role}: {fault}" for fault in crawl.faults)


@pytest.mark.slow
@pytest.mark.usefixtures("sample")
def test_every_link_and_form_that_is_printed_leads_somewhere(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    client.raise_request_exception = False
    found = list(walked(client))
    assert not found, "\n".join(found)
