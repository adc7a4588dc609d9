"""Every rule of the rows of a large import, both ways."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from tests.factories import ImportFileFactory
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def work_of_another(row: models.Model) -> dict[str, object]:
    return {"work": ImportFileFactory().work}


RULES = [
    Rule(
        "leads_importfile_one_for_a_run",
        ImportFileFactory,
        work_of_another,
        "This work has its rows already.",
        "work",
    ),
    Rule(
        "leads_importfile_adds_up",
        ImportFileFactory,
        {"created": 2, "updated": 2},
        "No more rows were imported than there are.",
    ),
    Rule(
        "leads_importfile_says_why",
        ImportFileFactory,
        {"failed_rows": [2]},
        "Each failed row has its reason.",
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


def test_the_database_takes_no_plain_rows() -> None:
    file = ImportFileFactory()
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE leads_importfile SET content = %s WHERE id = %s",
            [b"ana@example.com", file.pk],
        )
    assert constraint_of(refusal.value) == "leads_importfile_is_sealed"
