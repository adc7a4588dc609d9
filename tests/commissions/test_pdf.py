"""The statement on paper: every alphabet of the font, every line, whole rows."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from commissions.models import Statement
from commissions.statements.calculate import run_month
from commissions.statements.lines import line_views
from commissions.statements.pdf import Paper, statement_as_pdf
from medspa.clinic.current import clinic_scope
from medspa.models import User
from medspa.setup.saving import change_logo
from tests.clinics import ChangeClinic
from tests.commissions.clinic import MARCH, TEN_PERCENT, agree, hire, pay, statement_of

pytestmark = pytest.mark.django_db


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def statement(name: str, payments: int = 1) -> Statement:
    provider = hire(name)
    agree(provider, TEN_PERCENT)
    for number in range(payments):
        pay(provider, 45_005, day=1 + number % 28)
    run_month(MARCH)
    return statement_of(provider)


@pytest.mark.parametrize(
    "name",
    [
        "Żółć Łukasz",
        "Nguyễn Thị Ánh Dương",
        "Αγγελική Παπαδοπούλου",
        "Наталья Щербакова",
        "Ümit Çelik",
        "O’Brien – Smith",
    ],
)
def test_a_name_is_printed_as_it_is_written(name: str) -> None:
    paper = Paper(name)
    assert paper.printable(name) == name
    assert not paper.has_missing


@pytest.mark.parametrize(("country", "size"), [("US", (612, 792)), ("GB", (595, 842))])
def test_the_paper_is_that_of_the_clinics_country(
    clinic_is: ChangeClinic, country: str, size: tuple[int, int]
) -> None:
    clinic_is(country=country)
    paper = Paper("A name")
    assert (round(paper.w_pt), round(paper.h_pt)) == size


def test_letters_beyond_the_font_are_boxes_and_the_file_says_so() -> None:
    row = statement("山田 Ana")
    with_boxes = statement_as_pdf(row, line_views(row.lines.all()))
    paper = Paper("x")
    assert paper.printable(row.provider.name) == "□□ Ana"
    assert paper.has_missing
    row.provider.name = "Ana"
    plain = statement_as_pdf(row, line_views(row.lines.all()))
    assert len(with_boxes) > len(plain)


@pytest.mark.slow
def test_many_lines_fill_pages_and_none_is_torn(manager: User, client: Client) -> None:
    row = statement("Ana RN", payments=120)
    client.force_login(manager)
    answer = client.get(reverse("statement_pdf", args=[row.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert pages(answer.content) == 3


def test_a_statement_without_lines_has_one_page() -> None:
    row = statement("Ana RN", payments=0)
    assert pages(statement_as_pdf(row, [])) == 1


def test_the_clinics_logo_stands_at_the_head() -> None:
    row = statement("Ana")
    drawn = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, "PNG")
    lines = line_views(row.lines.all())
    assert b"/Subtype /Image" not in statement_as_pdf(row, lines)
    change_logo(drawn.getvalue())
    with clinic_scope():
        assert b"/Subtype /Image" in statement_as_pdf(row, lines)
