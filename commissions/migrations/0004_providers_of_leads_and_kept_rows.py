"""Who treats a lead; and rows that triggers keep beside payments and credits."""

import datetime
import re

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import simple_history.models
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.clock
import medspa.history
import medspa.ids
from medspa.roles import sync_groups


def give_permissions(apps, schema_editor):
    # Permissions are made after a migrate run; the groups need theirs now.
    config = live_apps.get_app_config("commissions")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0003_statements_stay_as_signed"),
        ("kpis", "0004_refunds_fit_their_payment"),
        ("leads", "0007_list_views"),
        ("medspa", "0002_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InputChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(blank=True, null=True)),
                ("moment", models.DateTimeField(blank=True, null=True)),
                ("lead", models.CharField(blank=True, db_collation="C", max_length=25)),
                (
                    "event",
                    models.CharField(blank=True, db_collation="C", max_length=25),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SettledMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("zone", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LeadProviderHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(default=medspa.history.actor_name, max_length=150),
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
                (
                    "chosen_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="from",
                    ),
                ),
                (
                    "recorded_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: nobody in particular.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="commissions.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical provider of a lead",
                "verbose_name_plural": "historical providers of leads",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OpenPayment",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="open_payment",
                        serialize=False,
                        to="kpis.kpievent",
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
                ("open_bps", models.SmallIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        models.F("occurred_at"),
                        models.F("event"),
                        name="commissions_openpayment_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadProvider",
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
                (
                    "chosen_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="from",
                    ),
                ),
                (
                    "recorded_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="provider_choices",
                        to="leads.lead",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: nobody in particular.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chosen_for",
                        to="commissions.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "provider of a lead",
                "verbose_name_plural": "providers of leads",
                "ordering": ["-chosen_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["lead", "-chosen_at", "-id"],
                        name="commissions_leadprovider_last",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "chosen_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("recorded_at"),
                                    "+",
                                    models.Value(datetime.timedelta(seconds=60)),
                                ),
                            )
                        ),
                        name="commissions_leadprovider_not_in_the_future",
                        violation_error_message="A choice can't be in the future.",
                    )
                ],
            },
        ),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
