"""Files that people really have: each ends as it should, by every way in."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leads.intake.files.background import begin_import, read_payload
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.lead_page.head import read_head
from leads.models import ImportFile, Lead, Opportunity
from medspa.clinic_time import clinic_zone
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import User
from tests.clinics import ChangeClinic
from tests.leads.intake.bringing import bring, counts
from tests.leads.intake.case_files import CASE_FILES, CASES, Case
from tests.leads.intake.test_canary import everything_stored

pytestmark = pytest.mark.usefixtures("clinic")


# What a way in says: counts, sentences, numbers of failed rows.
Told = tuple[tuple[int, int, int, int], str, tuple[int, ...]]
WayIn = Callable[[bytes], Told]


def by_service(data: bytes, *, dry_run: bool = False) -> Told:
    """What the command calls."""
    result = bring(data, dry_run=dry_run)
    reasons = [reason for reason, _ in result.reasons]
    told = "\n".join((result.summary, result.dropped_sentence, *result.notes, *reasons))
    return counts(result), told, tuple(row.number for row in result.failed_rows)


def by_worker(data: bytes) -> Told:
    table = read_table(data)
    mapping = map_columns(table.headers)
    work = begin_import(table, mapping, ImportOptions())
    stored = ImportFile.objects.get(work=work)
    for chunk in stored.chunks.all():
        assert "zzlast" not in chunk.content.lower() + stored.content.lower()
    outcome = do_import(arguments_of(work), NullProgress())
    file = ImportFile.objects.get(work=work)
    payload = read_payload(file)
    left_out = f"{len(payload.dropped)} column{'s' * (len(payload.dropped) != 1)} "
    left_out += f"{'was' if len(payload.dropped) == 1 else 'were'} skipped: "
    told = "\n".join(
        (
            outcome,
            work.title,
            f"{left_out}{', '.join(payload.dropped)}.",
            *payload.sentences,
            *file.failed_reasons,
        )
    )
    numbers = (file.created, file.updated, file.skipped, file.failed)
    return numbers, told, tuple(file.failed_rows)


@pytest.fixture
def by_page(client: Client, manager: User) -> WayIn:
    def way_in(data: bytes) -> Told:
        client.force_login(manager)
        file = SimpleUploadedFile("a.csv", data, "text/csv")
        address = reverse("lead_import")
        answer = client.post(address, {"file": file, "action": "import"})
        result = answer.context["report"].result
        page = answer.content.decode()
        for sentence in result.notes:
            assert sentence.replace("'", "&#x27;") in page
        failed = tuple(row.number for row in result.failed_rows)
        return counts(result), f"{result.title}\n{page}", failed

    return way_in


def stored(case: Case) -> tuple[tuple[str, ...], ...]:
    leads = Lead.objects.order_by("created_at", "id")
    if "created_at" in case.fields:
        leads = leads.order_by("id")
    return tuple(tuple(_value(lead, name) for name in case.fields) for lead in leads)


def _value(lead: Lead, name: str) -> str:
    if name == "expected":
        found = Opportunity.objects.filter(lead=lead).first()
        return str(found.expected_value_cents) if found else ""
    value = getattr(lead, name)
    if name == "created_at":
        return f"{value.astimezone(clinic_zone()):%Y-%m-%d}"
    return str(value)


def check(case: Case, told: Told) -> None:
    numbers, text, failed = told
    assert numbers == case.counts
    assert failed == case.failed
    for part in case.told:
        assert part in text.replace("&#x27;", "'")
    for word in case.forgotten:
        assert word not in text.lower()


@pytest.fixture(params=CASE_FILES, ids=str)
def case(request: pytest.FixtureRequest, clinic_is: ChangeClinic) -> Case:
    clinic_is(country=request.param.country)
    return request.param


def data_of(case: Case) -> bytes:
    return (CASES / f"{case.file}.csv").read_bytes()


def test_every_case_has_its_file_and_every_file_its_case() -> None:
    named = {case.file for case in CASE_FILES}
    # Two systems that number their contacts are one case of two files.
    pair = {"10_contact_id_systemA", "10_contact_id_systemB"}
    assert {path.stem for path in CASES.glob("*.csv")} == named | pair


@pytest.mark.slow
def test_a_file_ends_as_it_should_by_command(case: Case) -> None:
    data = data_of(case)
    check(case, by_service(data, dry_run=True))
    assert not Lead.objects.exists()
    check(case, by_service(data))
    assert sorted(stored(case)) == sorted(case.people)
    for word in case.forgotten:
        assert word not in everything_stored()
    assert by_service(data)[0] == case.again


def test_a_file_ends_as_it_should_by_page(case: Case, by_page: WayIn) -> None:
    check(case, by_page(data_of(case)))
    assert sorted(stored(case)) == sorted(case.people)


@pytest.mark.slow
def test_a_file_ends_as_it_should_in_the_background(case: Case) -> None:
    check(case, by_worker(data_of(case)))
    assert sorted(stored(case)) == sorted(case.people)
    for word in case.forgotten:
        assert word not in everything_stored()


@pytest.mark.parametrize("way_in", [by_service, by_worker])
def test_numbers_of_two_unknown_systems_identify_nobody(way_in: WayIn) -> None:
    for name in ("10_contact_id_systemA", "10_contact_id_systemB"):
        numbers, told, _ = way_in((CASES / f"{name}.csv").read_bytes())
        assert numbers == (2, 0, 0, 0)
        assert "2 contact IDs aren't from GoHighLevel and match no one" in told
    names = set(Lead.objects.values_list("first_name", flat=True))
    assert names == {"Ana", "Maria", "Boris", "Kim"}
    assert set(Lead.objects.values_list("external_id", flat=True)) == {None}


def test_who_shares_a_phone_is_shown_as_a_possible_duplicate(manager: User) -> None:
    bring((CASES / "02_shared_phone.csv").read_bytes())
    for lead in Lead.objects.all():
        assert len(read_head(lead.pk, manager).duplicates) == 2


def test_an_invisible_sign_hides_nobody_from_the_search() -> None:
    bring((CASES / "05_invisible.csv").read_bytes())
    for lead in Lead.objects.all():
        for typed in filter(None, (lead.email, lead.phone)):
            assert list(Lead.objects.search(f"\u200b{typed}\u00a0")) == [lead]
