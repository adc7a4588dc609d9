"""With whom booked consults are, for what, and whether they stand."""

import re

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0018_plain_words"),
        ("kpis", "0019_index_voided_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsultDetailsHistory",
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
                (
                    "procedure_code",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        verbose_name="procedure",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="confirmed"
                    ),
                ),
                (
                    "canceled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="canceled"
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cant_make_it", "Can't make it"),
                            ("not_interested", "Not interested anymore"),
                            ("elsewhere", "Booked elsewhere"),
                            ("clinic", "Clinic canceled"),
                            ("double_booked", "Double-booked"),
                        ],
                        max_length=20,
                        verbose_name="reason",
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
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        error_messages={
                            "unique": "This consult has its details already."
                        },
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="kpis.kpievent",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
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
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="commissions.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical consult",
                "verbose_name_plural": "historical consults",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ConsultDetails",
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
                    "procedure_code",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        verbose_name="procedure",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="confirmed"
                    ),
                ),
                (
                    "canceled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="canceled"
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cant_make_it", "Can't make it"),
                            ("not_interested", "Not interested anymore"),
                            ("elsewhere", "Booked elsewhere"),
                            ("clinic", "Clinic canceled"),
                            ("double_booked", "Double-booked"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        error_messages={
                            "unique": "This consult has its details already."
                        },
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consult_details",
                        to="kpis.kpievent",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consults",
                        to="commissions.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "consult",
                "verbose_name_plural": "consults",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", False),
                            ("confirmed_by__isnull", True),
                            _connector="OR",
                        ),
                        name="kpis_consultdetails_confirmed_by_when_confirmed",
                        violation_error_message="Only a confirmed consult was confirmed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "cancel_reason__in",
                                    [
                                        "cant_make_it",
                                        "not_interested",
                                        "elsewhere",
                                        "clinic",
                                        "double_booked",
                                    ],
                                ),
                                ("canceled_at__isnull", False),
                            ),
                            models.Q(
                                ("cancel_reason", ""), ("canceled_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="kpis_consultdetails_canceled_for_a_reason",
                        violation_error_message="Choose why the consult is canceled.",
                    ),
                ],
            },
        ),
    ]
