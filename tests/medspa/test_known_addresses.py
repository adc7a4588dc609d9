"""Addresses that templates name are Django's own, whatever ids stand in them."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse

from medspa.ids import new_id
from medspa.templatetags.known_addresses import ANY_ID, address_of


def rendered(tag: str, **values: object) -> str:
    return Template(f"{{% {tag} %}}").render(Context(values))


def test_each_row_has_its_own_address() -> None:
    for row_id in (new_id(), new_id(), ANY_ID):
        assert address_of("lead", row_id) == reverse("lead", args=[row_id])
        expected = reverse("lead_edit", args=[row_id, "phone"])
        assert rendered("url 'lead_edit' pk name", pk=row_id, name="phone") == expected


def test_ids_stand_in_their_order() -> None:
    lead, payment = new_id(), new_id()
    expected = reverse("lead_payment", args=[lead, payment])
    assert rendered("url 'lead_payment' a b", a=lead, b=payment) == expected


def test_what_is_no_text_is_left_to_django() -> None:
    assert rendered("url 'lead' 7") == reverse("lead", args=[7])


def test_an_address_that_does_not_exist_is_an_error_unless_it_is_named() -> None:
    with pytest.raises(NoReverseMatch):
        rendered("url 'lead' missing")
    assert rendered("url 'lead' missing as address") == ""
