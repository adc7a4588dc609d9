"""The clinic's own procedures, and what other systems call them."""

import re
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
import django.utils.timezone
import simple_history.models
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.audit.history
import medspa.ids
from medspa.roles import sync_groups

STAYS = r"""
CREATE OR REPLACE TRIGGER leads_procedurehistory_stays
    BEFORE UPDATE OR DELETE ON leads_procedurehistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_procedurenamehistory_stays
    BEFORE UPDATE OR DELETE ON leads_procedurenamehistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
"""
MAY_CHANGE = r"""
DROP TRIGGER leads_procedurehistory_stays ON leads_procedurehistory;
DROP TRIGGER leads_procedurenamehistory_stays ON leads_procedurenamehistory;
"""
CODE_STAYS = r"""
CREATE OR REPLACE FUNCTION leads_code_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A code is never changed; archive the row instead.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_procedure_code_stays
    BEFORE UPDATE OF code ON leads_procedure
    FOR EACH ROW WHEN (NEW.code <> OLD.code)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_procedure_is_archived_instead
    BEFORE DELETE ON leads_procedure
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();
"""


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("leads")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0041_views_store_more_filters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Procedure",
            fields=[
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="For imports and reports; made from the name if left empty.",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z][A-Z0-9]{1,9}$",
                                "Use 2 to 10 capital letters and digits, like PEEL.",
                            )
                        ],
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("service", "Service"), ("retail", "Retail")],
                        default="service",
                        max_length=10,
                    ),
                ),
                (
                    "default_value_cents",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Filled in as the expected value of a lead.",
                        null=True,
                        verbose_name="usual value",
                    ),
                ),
                (
                    "repeat_months",
                    models.SmallIntegerField(
                        blank=True,
                        help_text="How long until people usually come back for it.",
                        null=True,
                        verbose_name="repeats after (months)",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "default_manager_name": "all_objects",
            },
            managers=[
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ProcedureHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(
                        default=medspa.audit.history.actor_name, max_length=150
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        db_index=True,
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="For imports and reports; made from the name if left empty.",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z][A-Z0-9]{1,9}$",
                                "Use 2 to 10 capital letters and digits, like PEEL.",
                            )
                        ],
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("service", "Service"), ("retail", "Retail")],
                        default="service",
                        max_length=10,
                    ),
                ),
                (
                    "default_value_cents",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Filled in as the expected value of a lead.",
                        null=True,
                        verbose_name="usual value",
                    ),
                ),
                (
                    "repeat_months",
                    models.SmallIntegerField(
                        blank=True,
                        help_text="How long until people usually come back for it.",
                        null=True,
                        verbose_name="repeats after (months)",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical procedure",
                "verbose_name_plural": "historical procedures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProcedureName",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("key", models.CharField(editable=False, max_length=120)),
                (
                    "system",
                    models.CharField(blank=True, max_length=40, verbose_name="from"),
                ),
                (
                    "row_count",
                    models.IntegerField(default=0, editable=False, verbose_name="rows"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="added",
                    ),
                ),
            ],
            options={
                "verbose_name": "procedure name",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="ProcedureNameHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(
                        default=medspa.audit.history.actor_name, max_length=150
                    ),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        db_index=True,
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("key", models.CharField(editable=False, max_length=120)),
                (
                    "system",
                    models.CharField(blank=True, max_length=40, verbose_name="from"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="added",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical procedure name",
                "verbose_name_plural": "historical procedure names",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__regex",
                        "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                    ),
                    _negated=True,
                ),
                name="leads_procedure_name_is_no_persons",
                violation_error_message="A name can't contain an email address, date, phone number or other long number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="leads_procedure_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="leads_procedure_name_is_unique",
                violation_error_message="This name is already in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9]{1,9}$")),
                name="leads_procedure_code_is_short",
                violation_error_message="Use 2 to 10 capital letters and digits, like PEEL.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.UniqueConstraint(
                fields=("code",),
                name="leads_procedure_code_is_unique",
                violation_error_message="There is already a procedure with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__in", ["service", "retail"])),
                name="leads_procedure_category_is_known",
                violation_error_message="Choose a category from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("default_value_cents__isnull", True),
                    ("default_value_cents__range", (1, 1000000000)),
                    _connector="OR",
                ),
                name="leads_procedure_value_is_positive",
                violation_error_message="The usual value must be above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("repeat_months__isnull", True),
                    ("repeat_months__range", (1, 120)),
                    _connector="OR",
                ),
                name="leads_procedure_repeats_in_months",
                violation_error_message="Enter 1 to 120 months, or nothing.",
            ),
        ),
        migrations.AddField(
            model_name="procedurehistory",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="procedurename",
            name="procedure",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="other_names",
                to="leads.procedure",
            ),
        ),
        migrations.AddField(
            model_name="procedurenamehistory",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="procedurenamehistory",
            name="procedure",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.procedure",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedurename",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__regex",
                        "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                    ),
                    _negated=True,
                ),
                name="leads_procedurename_name_is_no_persons",
                violation_error_message="A name can't contain an email address, date, phone number or other long number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedurename",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True),
                name="leads_procedurename_has_a_key",
                violation_error_message="Enter a name with letters or digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedurename",
            constraint=models.UniqueConstraint(
                fields=("key", "system"),
                name="leads_procedurename_is_unique",
                violation_error_message="This name is already in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedurename",
            constraint=models.CheckConstraint(
                condition=models.Q(("row_count__gte", 0)),
                name="leads_procedurename_rows_are_counted",
                violation_error_message="Rows are counted from zero.",
            ),
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
        migrations.RunSQL(CODE_STAYS, "DROP FUNCTION leads_code_stays CASCADE"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
