"""Every rule of procedures and of other systems' names for them, both ways."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from leads.models import Procedure
from leads.models.procedure import CODE_SENTENCE
from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.factories import (
    LeadLostReasonFactory,
    LeadSourceFactory,
    OpportunityFactory,
    ProcedureFactory,
    ProcedureNameFactory,
)
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def another_name(row: models.Model) -> dict[str, object]:
    return {"name": "Nose-Job", "key": "nosejob"}


def rules_of_names(factory: Any, taken: str, place: str = "name") -> Iterator[Rule]:
    table = factory._meta.model._meta.db_table
    yield Rule(
        f"{table}_name_is_no_persons",
        factory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    )
    yield Rule(
        f"{table}_has_a_name",
        factory,
        {"name": ""},
        "This field is required.",
        "name",
    )
    yield Rule(
        f"{table}_name_is_unique",
        factory,
        {"name": taken},
        "This name is already in the list.",
        place,
    )


RULES = [
    *rules_of_names(ProcedureFactory, "bOTOX"),
    *rules_of_names(LeadSourceFactory, "gOOGLE"),
    *rules_of_names(LeadLostReasonFactory, "dUPLICATE"),
    Rule(
        "leads_procedure_category_is_known",
        ProcedureFactory,
        {"category": "gift"},
        "Choose from the list.",
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


@pytest.mark.parametrize("factory", [LeadSourceFactory, LeadLostReasonFactory])
@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("code", "Big-Board", "code_is_short"),
        ("code", "no_show", "code_is_unique"),
        ("meaning", "gossip", "meaning_is_known"),
    ],
)
def test_a_code_and_a_meaning_are_ours(
    field: str, value: str, rule: str, factory: Any
) -> None:
    if factory is LeadSourceFactory and value == "no_show":
        value = "walk_in"
    row = factory.build(**{field: value})
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    assert constraint_of(error.value) == f"{row._meta.db_table}_{rule}"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE leads_leadsource SET code = 'x' WHERE code = 'phone'",
        "UPDATE leads_leadsource SET meaning = 'other' WHERE code = 'phone'",
        "DELETE FROM leads_leadsource WHERE code = 'phone'",
        "UPDATE leads_leadlostreason SET meaning = 'spam' WHERE code = 'price'",
        "DELETE FROM leads_leadlostreason WHERE code = 'price'",
        "UPDATE leads_procedure SET code = 'PEEL' WHERE code = 'FACE'",
        "DELETE FROM leads_procedure WHERE code = 'FACE'",
    ],
)
def test_the_database_keeps_a_code_and_its_meaning_for_good(sql: str) -> None:
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
