"""Locks and transactions of medspa: forms, history, jobs, key rotation, the sample."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db.models import CheckConstraint, IntegerField, Q, Value
from django.db.models.functions import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.exceptions import ConnectorException
from pytest_django import Settings

import tests.medspa.sample.jobs  # noqa: F401 (registers the work)
from leads.models import Lead, Tag
from medspa.audit.writing import create_values_with_history, create_with_history
from medspa.demo.people import demo_people
from medspa.demo.sample.plan import Request
from medspa.demo.sample.seeding import seed
from medspa.encryption.index_rotation import rotate_indexes
from medspa.encryption.key_checks import newest_index_check
from medspa.encryption.rotation import rotate_keys
from medspa.jobs.registry import start_job
from medspa.management.commands import demo
from medspa.models import User
from medspa.roles import ADMINISTRATOR, MANAGER
from medspa.validation import all_hold
from tests import factories
from tests.job_runs import until
from tests.locks import elsewhere, held, is_free, proves, refused, waits
from tests.medspa.people.posting import edited
from tests.medspa.sample.jobs import Names
from tests.medspa.test_key_rotation import NEW, OLD, keys

INDEX_KEY = urlsafe_b64encode(bytes(range(32))).decode()
TWO = Names(names=["one", "two"])


@pytest.fixture(scope="module")
def administrator(committed_once: None) -> User:
    return factories.UserFactory(role=ADMINISTRATOR, is_staff=True)


@pytest.fixture
def admin_client(administrator: User, client: Client) -> Iterator[Client]:
    client.force_login(administrator)
    yield client
    client.logout()


# Waiting ----------------------------------------------------------------------


@proves(
    "medspa.web.clinic_admin.ClinicAdmin.get_object row lock",
    "medspa.audit.views.HistoryAdmin._row row lock",
    "medspa.audit.views.HistoryAdmin.put_back_view atomic",
)
@pytest.mark.parametrize(
    ("page", "function"),
    [
        ("change", "medspa.web.clinic_admin.get_object"),
        ("put_back", "medspa.audit.views._row"),
    ],
)
def test_a_row_that_somebody_has_is_waited_for(
    admin_client: Client, page: str, function: str
) -> None:
    tag = factories.TagFactory()
    address = reverse(f"admin:leads_tag_{page}", args=[tag.pk])
    with held(tag):
        asked = waits(lambda: admin_client.post(address, {"field": "name"}))
    assert asked == f"{function} locking leads_tag"


@proves("medspa.accounts.models.User.require_another_administrator row lock")
def test_of_two_last_administrators_who_leave_at_once_one_waits(
    administrator: User, admin_client: Client
) -> None:
    address = reverse("person", args=[administrator.pk])
    form = edited(administrator, role=MANAGER)
    with held(Group.objects.get(name=ADMINISTRATOR)):
        asked = waits(lambda: admin_client.post(address, form))
    function = "medspa.accounts.models.require_another_administrator"
    assert asked == f"{function} locking auth_group"


@proves(
    "medspa.encryption.rotation._step row lock",
    "medspa.encryption.rotation._step atomic",
)
def test_sealing_anew_waits_for_who_saves_the_lead(
    administrator: User, settings: Settings
) -> None:
    with keys(settings, OLD):
        lead = factories.LeadFactory()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    with held(lead):
        asked = waits(lambda: rotate_keys(Lead))
    lead_table = Lead._meta.db_table
    assert asked == f"medspa.encryption.rotation._step locking {lead_table}"
    Lead.objects.all()._raw_delete("default")


@proves("medspa.audit.writing.create_with_history atomic")
def test_rows_are_not_there_where_their_history_fails(administrator: User) -> None:
    with refused("leads_taghistory"):
        create_with_history(Tag, [factories.TagFactory.build()])


@proves("medspa.audit.writing.create_values_with_history atomic")
def test_values_are_not_there_where_their_history_fails(administrator: User) -> None:
    with refused("leads_taghistory"):
        create_values_with_history(Tag, ("name",), [("Peel",)])


@proves(
    "medspa.demo.sample.seeding.seed table lock",
    "medspa.demo.sample.seeding.seed atomic",
)
def test_a_second_sample_waits_for_the_first(administrator: User) -> None:
    request = Request(leads=1, months=1, seed=1, now=timezone.now())
    with elsewhere() as other:
        other.execute("SELECT FROM leads_lead")
        asked = waits(lambda: seed(request, lambda count: None))
    assert asked == "medspa.demo.sample.seeding.seed"


@proves("medspa.management.commands.demo._one_at_a_time advisory lock")
def test_two_demos_prepare_one_database_after_each_other(administrator: User) -> None:
    key = str(demo.PREPARING_LOCK)
    with demo._one_at_a_time():
        assert not is_free(key)
    # The server ends a session some moments after its connection was closed.
    until(lambda: is_free(key))


# All or nothing ---------------------------------------------------------------


@proves("medspa.demo.people.demo_people atomic")
@pytest.mark.django_db
def test_the_people_of_a_demo_come_all_or_none(tmp_path: Path) -> None:
    with refused("medspa_user", after=1):
        demo_people(tmp_path)
    assert not [*tmp_path.iterdir()]


@proves("medspa.jobs.registry.start_job atomic 1")
@pytest.mark.django_db
def test_a_run_that_no_worker_can_be_told_of_is_not_there() -> None:
    with refused("procrastinate_jobs", raises=ConnectorException):
        start_job("tests.make_tags", TWO, title="Making tags")


@proves("medspa.jobs.registry.start_job atomic 2")
@pytest.mark.django_db
def test_a_run_that_waits_already_is_found_within_a_transaction() -> None:
    first, second = (
        start_job("tests.make_tags", TWO, title="Making tags", key="one")
        for _ in range(2)
    )
    assert first == second


@proves("medspa.soft_deletion.SoftDeletionQuerySet.delete atomic")
@pytest.mark.django_db
def test_of_two_rows_of_which_one_cannot_be_deleted_none_is() -> None:
    factories.TagFactory.create_batch(2)
    with refused("leads_tag", "UPDATE", after=1):
        Tag.objects.all().delete()


@proves("medspa.validation.all_hold atomic")
@pytest.mark.django_db
def test_a_question_that_fails_leaves_the_transaction_usable() -> None:
    check = CheckConstraint(name="tests_positive", condition=Q(number__gt=0))
    number = Cast(Value("none"), IntegerField())
    assert not all_hold([check], {"number": number}, "default")
    assert not Tag.objects.exists()


@proves("medspa.encryption.index_rotation._rotate_rows row lock")
def test_the_index_rotation_waits_for_whoever_changes_the_row(
    administrator: User, settings: Settings
) -> None:
    lead = factories.LeadFactory(email="ana@example.com")
    settings.BLIND_INDEX_KEY = f"{INDEX_KEY},{settings.BLIND_INDEX_KEY}"
    with held(lead):
        place = waits(rotate_indexes)
    assert place == "medspa.encryption.index_rotation._rotate_rows locking leads_lead"


@proves("medspa.encryption.index_rotation._rotate_table atomic")
@pytest.mark.django_db
def test_rows_are_indexed_anew_together_with_how_far_it_is(settings: Settings) -> None:
    factories.LeadFactory(email="ana@example.com")
    settings.BLIND_INDEX_KEY = f"{INDEX_KEY},{settings.BLIND_INDEX_KEY}"
    newest_index_check()
    with refused("medspa_keycheck", "UPDATE"):
        rotate_indexes()
