"""Every rule of procedures and of other systems' names for them, both ways."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from leads.models import Procedure
from leads.models.procedure import CODE_SENTENCE
from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.factories import OpportunityFactory, ProcedureFactory, ProcedureNameFactory
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def a_name_taken(row: models.Model) -> dict[str, object]:
    return {"name": "bOTOX"}


def another_name(row: models.Model) -> dict[str, object]:
    return {"name": "Nose-Job", "key": "nosejob"}


RULES = [
    Rule(
        "leads_procedure_name_is_no_persons",
        ProcedureFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "leads_procedure_has_a_name",
        ProcedureFactory,
        {"name": ""},
        "This field cannot be blank.",
        "name",
    ),
    Rule(
        "leads_procedure_name_is_unique",
        ProcedureFactory,
        a_name_taken,
        "This name is already in the list.",
        "name",
    ),
    Rule(
        "leads_procedure_category_is_known",
        ProcedureFactory,
        {"category": "gift"},
        "Value 'gift' is not a valid choice.",
        "category",
    ),
    Rule(
        "leads_procedure_value_is_positive",
        ProcedureFactory,
        {"default_value_cents": 0},
        "The usual value must be above zero.",
        "default_value_cents",
    ),
    Rule(
        "leads_procedure_repeats_in_months",
        ProcedureFactory,
        {"repeat_months": 121},
        "Enter 1 to 120 months, or nothing.",
        "repeat_months",
    ),
    Rule(
        "leads_procedurename_name_is_no_persons",
        ProcedureNameFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "leads_procedurename_has_a_key",
        ProcedureNameFactory,
        {"name": "…"},
        "Enter a name with letters or digits.",
        raw={"key": ""},
    ),
    Rule(
        "leads_procedurename_is_unique",
        ProcedureNameFactory,
        another_name,
        "This name is already in the list.",
        "system",
    ),
    Rule(
        "leads_procedurename_rows_are_counted",
        ProcedureNameFactory,
        {"row_count": -1},
        "Rows are counted from zero.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_people_read_why(rule: Rule) -> None:
    said = refusal_in_words(rule)
    assert rule.sentence in said.get(rule.place, []), said


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it_too(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


@pytest.mark.parametrize(
    ("code", "sentence", "rule"),
    [
        ("peel", CODE_SENTENCE, "leads_procedure_code_is_short"),
        ("P", CODE_SENTENCE, "leads_procedure_code_is_short"),
        (
            "BTX",
            "There is already a procedure with this code.",
            "leads_procedure_code_is_unique",
        ),
    ],
)
def test_a_code_is_short_and_its_own(code: str, sentence: str, rule: str) -> None:
    row = ProcedureFactory.build(code=code)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert sentence in refusal.value.message_dict["code"]
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    assert constraint_of(error.value) == rule


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE leads_procedure SET code = 'PEEL' WHERE code = 'FACE'",
        "DELETE FROM leads_procedure WHERE code = 'FACE'",
    ],
)
def test_the_database_keeps_a_code_for_good(sql: str) -> None:
    refused = pytest.raises(IntegrityError, match="never changed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_archived_procedure_gives_its_name_free_and_keeps_its_code() -> None:
    Procedure.objects.get(code="BTX").delete()
    again = Procedure(name="Botox", code="BTX")
    with pytest.raises(ValidationError) as refusal:
        again.full_clean()
    assert refusal.value.message_dict.keys() == {"code"}
    again.code = ""
    again.full_clean()
    assert again.code == "BOTOX"


def test_an_opportunity_may_keep_an_archived_procedure() -> None:
    opportunity = OpportunityFactory(procedure_code="BTX")
    Procedure.objects.get(code="BTX").delete()
    opportunity.full_clean()
    assert str(opportunity).startswith("Botox for ")
