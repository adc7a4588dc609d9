"""Signing in, and the permissions of a person: one query per request loads both."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from medspa.accounts.models import User
from medspa.clinic.current import CLINIC_AS_JSON, remember_clinic
from medspa.clinic.read_once import bring
from medspa.extension_points import person_attributes
from medspa.jobs.models import JobRun
from medspa.postgres.written_query import WrittenQuery

# `app.codename` of all permissions that a person has, by their roles or their own.
# In SQL, and written once per process, because every page asks for them. Processor time
# to load a person (median of 200): 0.3 ms by this, 1.3 ms where the queryset is written
# at each request, 2.5 ms by Django's own backend, which needs three queries.
USER_PERMISSIONS = RawSQL(
    """
    ARRAY(
        SELECT content_type.app_label || '.' || permission.codename
        FROM auth_permission permission
        JOIN django_content_type content_type
            ON content_type.id = permission.content_type_id
        WHERE permission.id IN (
            SELECT of_role.permission_id
            FROM auth_group_permissions of_role
            JOIN medspa_user_groups role ON role.group_id = of_role.group_id
            WHERE role.user_id = medspa_user.id
            UNION ALL
            SELECT own.permission_id FROM medspa_user_user_permissions own
            WHERE own.user_id = medspa_user.id
        )
    )
    """,
    (),
    ArrayField(CharField()),
)

# So that no page needs a query for it.
CLINIC_ROW = RawSQL(CLINIC_AS_JSON, (), CharField())  # noqa: S611

# Whether the sidebar shows the person's background jobs.
HAS_JOB_RUNS = Exists(
    JobRun.objects.filter(
        made_by=OuterRef("pk"), created_at__gt=Now() - timedelta(days=1)
    )
)


# What a query reads beside a person who is signed in by it; `signed_in` takes it.
OF_PERSON = {"loaded_permissions": USER_PERMISSIONS, "clinic_row": CLINIC_ROW}


_written: dict[tuple[str, ...], tuple[dict[str, Any], WrittenQuery[User]]] = {}


def _query(attributes: dict[str, Any]) -> WrittenQuery[User]:
    """Of a person by their id; written again if apps add other attributes."""
    names = tuple(attributes)
    if names not in _written or _written[names][0] != attributes:
        people = User.objects.annotate(**OF_PERSON, **attributes)
        _written[names] = attributes, WrittenQuery(people.filter(pk=""))
    return _written[names][1]


def signed_in(person: User, row: Any) -> User | None:
    """The person, if they may sign in; the row was read with `OF_PERSON`."""
    if not person.may_sign_in:
        return None
    remember_clinic(row.clinic_row)
    person.loaded_permissions = set(row.loaded_permissions)  # type: ignore[attr-defined]
    return person


# For who signs a person in without a password.
SIGN_IN_BACKEND = "medspa.accounts.auth.ClinicBackend"


class ClinicBackend(ModelBackend):
    """Django's backend, whose person is loaded together with their permissions.

    Nothing is cached between requests, so a permission that is taken away is gone at
    the next request.
    """

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """By username or email. Takes as long for somebody whom nobody knows."""
        if username is None or password is None:
            return None
        person: User | None = User.objects.named(username)
        if person is None:
            User().set_password(password)
            return None
        is_right = person.check_password(password)
        return person if is_right and self.user_can_authenticate(person) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return user is not None and user.may_sign_in

    def get_user(self, user_id: Any) -> User | None:
        attributes = person_attributes.items()
        added = {"has_job_runs": HAS_JOB_RUNS, **attributes}
        row = _query(added).first(str(user_id))
        person = signed_in(row, row) if row else None
        if person:
            for name in attributes:
                bring(name, getattr(person, name))
        return person

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        loaded = getattr(user_obj, "loaded_permissions", None)
        if loaded is None or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        return loaded if user_obj.may_sign_in else set()
