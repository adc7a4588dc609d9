"""Every rule of the rows of a large import, both ways."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from factory.django import DjangoModelFactory

from tests.factories import ImportChunkFactory, ImportFileFactory
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def work_of_another(row: models.Model) -> dict[str, object]:
    return {"work": ImportFileFactory().work}


def number_taken(row: models.Model) -> dict[str, object]:
    return {"number": ImportChunkFactory(file=row.file).number}


RULES = [
    Rule(
        "leads_importchunk_one_of_a_number",
        ImportChunkFactory,
        number_taken,
        "This part of the import already exists.",
    ),
    Rule(
        "leads_importfile_one_for_a_run",
        ImportFileFactory,
        work_of_another,
        "This job already has its rows.",
        "work",
    ),
    Rule(
        "leads_importfile_adds_up",
        ImportFileFactory,
        {"created": 1, "updated": 1, "restored": 1, "skipped": 1},
        "More rows were imported than the file has.",
    ),
    Rule(
        "leads_importfile_says_why",
        ImportFileFactory,
        {"failed_rows": [2]},
        "Each failed row needs a reason.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_would_say_it(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it_too(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_failed_rows_count_among_the_rows() -> None:
    file = ImportFileFactory(created=2, failed_rows=[4], failed_reasons=["No phone."])
    file.full_clean()
    assert (file.done, file.left) == (3, 0)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (ImportFileFactory, "leads_importfile_is_sealed"),
        (ImportChunkFactory, "leads_importchunk_is_encrypted"),
    ],
)
def test_the_database_takes_no_plain_rows(
    make: type[DjangoModelFactory], rule: str
) -> None:
    row = make()
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET content = %s WHERE id = %s",  # noqa: S608
            [b"ana@example.com", row.pk],
        )
    assert constraint_of(refusal.value) == rule
