"""Every constraint of seals, by a form and by SQL."""

import pytest

from safekeeping.models import SealedRows
from tests.factories import SealedRowsFactory, SealFactory
from tests.rules import Rule, let_change, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def the_same_part(row: SealedRows) -> dict[str, object]:
    SealedRowsFactory(seal=row.seal, part=1)
    return {"part": 1}


RULES = [
    Rule(
        "safekeeping_seal_goes_on",
        SealFactory,
        {"to_xid": 0},
        "A seal ends after it begins.",
    ),
    Rule(
        "safekeeping_sealedrows_part_is_one",
        SealedRowsFactory,
        the_same_part,
        "This part of the seal exists.",
        "seal",
    ),
    Rule(
        "safekeeping_sealedrows_has_a_hash_for_each",
        SealedRowsFactory,
        {"ids": []},
        "Each sealed row has its hash.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_why(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule).get(rule.place, [])


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses(rule: Rule) -> None:
    let_change(rule.make()._meta.model)
    assert refusal_in_sql(rule) == rule.name
