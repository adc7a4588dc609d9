"""The clinic's lists come with the person of a request, at no query of their own."""

from collections.abc import Callable

import pytest

from leads.models import Procedure
from leads.models.procedure import procedure_name, procedures
from medspa.accounts.auth import ClinicBackend
from medspa.clinic.current import clinic_scope
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return factories.UserFactory()


def rename(code: str, name: str) -> None:
    procedure = Procedure.objects.get(code=code)
    procedure.name = name
    procedure.save()


def test_they_need_no_query_after_the_person(
    person: User, django_assert_num_queries: Callable[..., object]
) -> None:
    known = procedures()
    with clinic_scope():
        ClinicBackend().get_user(person.pk)
        with django_assert_num_queries(0):
            assert procedures() == known


@pytest.mark.parametrize("is_read_before", [True, False])
def test_a_change_is_seen_by_the_rest_of_the_request(
    person: User, is_read_before: bool
) -> None:
    with clinic_scope():
        ClinicBackend().get_user(person.pk)
        if is_read_before:
            procedure_name("BTX")
        rename("BTX", "Wrinkle relaxer")
        assert procedure_name("BTX") == "Wrinkle relaxer"


def test_the_next_request_sees_a_change(person: User) -> None:
    with clinic_scope():
        ClinicBackend().get_user(person.pk)
        assert procedure_name("BTX") != "Wrinkle relaxer"
    rename("BTX", "Wrinkle relaxer")
    with clinic_scope():
        ClinicBackend().get_user(person.pk)
        assert procedure_name("BTX") == "Wrinkle relaxer"


def test_a_person_loaded_twice_changes_nothing_that_was_read(person: User) -> None:
    with clinic_scope():
        name = procedure_name("BTX")
        ClinicBackend().get_user(person.pk)
        assert procedure_name("BTX") == name
