"""Who somebody is and what they may do, by one query per request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, CharField
from django.db.models.expressions import RawSQL

from medspa.accounts.models import User

# `app.codename` of all that a person may do, by their roles or themselves. Written
# out: on every page, building it from querysets took longer than running it.
RIGHTS = RawSQL(
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

# Whether the sidebar leads to the long work of a person; an index answers.
HAS_LONG_RUNS = RawSQL(
    """
    EXISTS (
        SELECT FROM medspa_longrun run
        WHERE run.made_by_id = medspa_user.id
            AND run.created_at > now() - interval '1 day'
    )
    """,
    (),
    BooleanField(),
)


# What else comes with a person, by name: expressions of the apps that need it at once.
BESIDE: dict[str, Any] = {}


class ClinicBackend(ModelBackend):
    """Django's own, whose person comes with their rights.

    Nothing is kept between requests, so a right that is taken away is gone at the
    next one.
    """

    def get_user(self, user_id: Any) -> User | None:
        people = User.objects.annotate(
            rights=RIGHTS, has_long_runs=HAS_LONG_RUNS, **BESIDE
        )
        person: Any = people.filter(pk=user_id).first()
        if person is None or not self.user_can_authenticate(person):
            return None
        if not person.is_superuser:
            person._perm_cache = set(person.rights)
        return person
