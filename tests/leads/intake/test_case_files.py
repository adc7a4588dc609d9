"""Files that people really have: each ends as it should, by every way in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

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
from tests.leads.intake.bringing import bring, counts
from tests.leads.intake.test_canary import everything_stored

pytestmark = pytest.mark.usefixtures("clinic")
CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """`counts` are created, updated, skipped, failed; `again` those of a second run.

    `people` is what is stored of each lead in the order of the file, as far as the
    case is about it; `told` are parts of what people are told.
    """

    file: str
    counts: tuple[int, int, int, int]
    again: tuple[int, int, int, int]
    people: tuple[tuple[str, ...], ...] = ()
    told: tuple[str, ...] = ()
    fields: tuple[str, ...] = ("first_name", "email", "phone")
    failed: tuple[int, ...] = ()
    country: str = "US"
    forgotten: tuple[str, ...] = field(default=("zzlast", "canary"))

    def __str__(self) -> str:
        return self.file


CASE_FILES = (
    Case(
        "02_shared_phone",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Mia", "mia02@example.com", "+12125552201"),
            ("Leo", "leo02@example.com", "+12125552201"),
            ("Nia", "", "+12125552201"),
        ),
        ("2 rows have the phone of another lead", "possible duplicates: rows 3, 4."),
    ),
    Case(
        "03_dup_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada03@example.com", "+12125552301"),),
        (
            "Of “Email” and “Email” the first filled cell is taken.",
            "1 row has a second e-mail or phone, which its lead keeps, too: row 2.",
        ),
    ),
    Case(
        "04_day_first",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Ada", "2021-03-12"),
            ("Bea", "2023-07-30"),
            ("Cleo", "2025-01-15"),
            ("Dina", "2023-07-16"),
        ),
        ("Dates like 3/4/2026 are read day first", "4 leads were created more than"),
        fields=("first_name", "created_at"),
    ),
    Case(
        "05_invisible",
        (8, 0, 0, 0),
        (0, 0, 8, 0),
        (
            ("Ada", "ada05@example.com", ""),
            ("Bea", "bea05@example.com", ""),
            ("Cleo", "", "+12125552305"),
            ("Dina", "dina05@example.com", ""),
            ("Eva", "eva05@example.com", ""),
            ("Fay", "fay05@example.com", ""),
            ("Gia", "gia05@example.com", ""),
            ("Hana", "hana05@example.com", ""),
        ),
    ),
    Case(
        "07_field_too_large",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (("Ada", "ada07@example.com", ""), ("Bea", "bea07@example.com", "")),
        ("1 column was skipped: Notes.",),
        forgotten=("xxxxxxxx",),
    ),
    Case(
        "07b_long_thread",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (("Ada", "ada07b@example.com", ""), ("Bea", "bea07b@example.com", "")),
        forgotten=("mail thread",),
    ),
    Case(
        "09_phone_and_mobile",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Ada", "", "+12125552310"),
            ("Bea", "", "+12125552311"),
            ("Cleo", "cleo09@example.com", "+12125552313"),
        ),
        ("1 row has a second e-mail or phone, which its lead keeps, too: row 3.",),
    ),
    Case(
        "11_google_contacts",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (
            ("Ada", "ada11@example.com", "+12125552316"),
            ("Bea", "bea11@example.com", "+12125552318"),
        ),
        (
            "Google Contacts",
            "7 columns were skipped: Middle Name, Last Name, Birthday, Notes, Labels,",
        ),
        forgotten=("zzlast", "likes botox", "1990-01", "mycontacts"),
    ),
    Case(
        "13_title_rows",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada13@example.com", "+12125552320"),),
        forgotten=("zzlast", "glow med spa"),
    ),
    Case(
        "14_example_in_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada14@example.com", "+12125552322"),),
    ),
    Case(
        "14b_year_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada14b@example.com", "+12125552323"),),
        ("1 column was skipped: 2024-2025.",),
    ),
    Case(
        "15_honorifics",
        (5, 0, 0, 1),
        (0, 0, 5, 1),
        tuple((name,) for name in ("Sarah", "Ivan", "John", "Ada", "Otto")),
        ("A first name is required.",),
        fields=("first_name",),
        failed=(3,),
    ),
    Case(
        "24_dup_in_file",
        (1, 0, 3, 0),
        (0, 0, 4, 0),
        (("Ada", "ada24@example.com", "+12125552336"),),
        ("1 row matches by email a lead with another first name", ": row 5."),
    ),
    Case(
        "36_expected_value",
        (8, 0, 0, 0),
        (0, 0, 8, 0),
        (
            ("Ada", "120000"),
            ("Bea", "120050"),
            ("Cleo", ""),
            ("Dina", ""),
            ("Eva", ""),
            ("Fay", ""),
            ("Gia", ""),
            ("Hana", ""),
        ),
        (
            "5 expected values couldn't be read or aren't above zero, and were "
            "skipped: "
            "rows 4, 5, 6, 7, 8.",
            "1 procedure isn't in the list and was skipped: row 9.",
            "1 expected value was skipped because it needs a known procedure: row 9.",
        ),
        fields=("first_name", "expected"),
    ),
    Case(
        "37_backslash_into_campaign",
        (1, 0, 0, 1),
        (0, 0, 1, 1),
        (("Bea", "bea37@example.com", ""),),
        ("Text follows a closing quotation mark",),
        failed=(2,),
    ),
    Case(
        "38_backslash_into_tags",
        (0, 0, 0, 1),
        (0, 0, 0, 1),
        told=("Text follows a closing quotation mark",),
        failed=(2,),
    ),
    Case(
        "41_unquoted_comma_trailing_header",
        (1, 0, 0, 1),
        (0, 0, 1, 1),
        (("Bea", "bea41@example.com", ""),),
        ("The row has a cell under a column without a header.",),
        failed=(2,),
    ),
    Case(
        "43_gb",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Penny", "+447070860753", "2026-04-03"),
            ("Stephanie", "+447845157520", "2026-04-13"),
            ("Andrew", "+442079460958", "2026-04-05"),
            ("Kev", "+61353302874", "2026-04-04"),
        ),
        ("Dates like 3/4/2026 are read day first",),
        fields=("first_name", "phone", "created_at"),
        country="GB",
    ),
    Case(
        "44_placeholders",
        (6, 0, 0, 0),
        (0, 0, 6, 0),
        (
            ("Mia", "mia44@example.com", ""),
            ("Nia", "nia44@example.com", ""),
            ("Ola", "ola44@example.com", ""),
            ("Pia", "pia44@example.com", ""),
            ("Ria", "", "+12125552344"),
            ("Sia", "", "+12125552345"),
        ),
    ),
    Case(
        "46_shared_phone_no_email_first",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Cleo", "", "+12125552398"),
            ("Andrew", "andrew46@example.net", "+12125552398"),
            ("Mia", "mia46@example.net", "+12125552399"),
            ("Leo", "", "+12125552399"),
        ),
        ("possible duplicates: rows 3, 5.",),
    ),
    Case(
        "52_idn_same_address",
        (1, 0, 1, 0),
        (0, 0, 2, 0),
        (("Cleo", "cleo52@xn--mnchen-3ya.de", ""),),
    ),
    Case(
        "54_name_addr",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Joy", "joy54@example.com", ""),
            ("Kay", "kay54@example.com", ""),
            ("Lou", "lou54@example.com", ""),
        ),
    ),
)
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
def case(request: pytest.FixtureRequest, settings: Settings) -> Case:
    settings.CLINIC_COUNTRY = request.param.country
    return request.param


def data_of(case: Case) -> bytes:
    return (CASES / f"{case.file}.csv").read_bytes()


def test_every_case_has_its_file_and_every_file_its_case() -> None:
    named = {case.file for case in CASE_FILES}
    # Two systems that number their contacts are one case of two files.
    pair = {"10_contact_id_systemA", "10_contact_id_systemB"}
    assert {path.stem for path in CASES.glob("*.csv")} == named | pair


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
