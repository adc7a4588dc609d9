"""Before an email is one person's: where two have the same, the likelier one keeps it."""

from django.db import connection, migrations
from django.utils import timezone

# Whoever may sign in and did so last keeps it; the others are shown without one.
GIVEN_TWICE = """
    SELECT id FROM (
        SELECT id, row_number() OVER (
            PARTITION BY lower(email)
            ORDER BY is_active AND is_staff DESC, last_login DESC NULLS LAST,
                date_joined, id
        ) AS place
        FROM medspa_user WHERE email <> ''
    ) ranked
    WHERE place > 1
"""


def clear(apps, schema_editor):
    people = apps.get_model("medspa", "User")
    history = apps.get_model("medspa", "UserHistory")
    roles = apps.get_model("medspa", "User_groupsHistory")
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_TWICE)
        found = [row[0] for row in cursor.fetchall()]
    kept = {field.attname for field in history._meta.concrete_fields}
    for person in people.objects.filter(pk__in=found):
        person.email = ""
        person.save(update_fields=["email"])
        columns = [field.attname for field in people._meta.concrete_fields]
        record = history.objects.create(
            **{name: getattr(person, name) for name in columns if name in kept},
            history_date=timezone.now(),
            history_type="~",
            history_change_reason="someone else had the same email",
            history_actor="migrate",
        )
        for link in people.groups.through.objects.filter(user=person):
            roles.objects.create(
                id=link.pk,
                user_id=person.pk,
                group_id=link.group_id,
                history_id=record.pk,
            )


class Migration(migrations.Migration):
    dependencies = [("medspa", "0013_first_run")]

    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
