"""The clinic: one row, its logo and its history."""

import re

import django.core.validators
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.datetime
import django.db.models.lookups
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.ids
import medspa.json_columns.conditions


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0010_plain_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClinicLogo",
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
                ("media_type", models.CharField(max_length=20)),
                ("width", models.SmallIntegerField()),
                ("height", models.SmallIntegerField()),
                ("content", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "media_type__in",
                                ("image/png", "image/jpeg", "image/webp"),
                            )
                        ),
                        name="medspa_cliniclogo_is_a_picture",
                        violation_error_message="Upload a PNG, JPEG or WebP image.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClinicHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(
                        default=medspa.audit.history.actor_name, max_length=150
                    ),
                ),
                (
                    "id",
                    models.SmallIntegerField(db_index=True, default=1, editable=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("country", models.CharField(max_length=2)),
                ("time_zone", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                (
                    "week_start",
                    models.SmallIntegerField(
                        choices=[(0, "Sunday"), (1, "Monday"), (6, "Saturday")],
                        default=0,
                        verbose_name="week starts on",
                    ),
                ),
                ("opening_hours", models.JSONField(blank=True, default=dict)),
                ("holidays", models.JSONField(blank=True, default=list)),
                (
                    "leads_kept_years",
                    models.SmallIntegerField(
                        default=7, verbose_name="leads kept for (years)"
                    ),
                ),
                (
                    "kpi_events_kept_years",
                    models.SmallIntegerField(
                        default=5, verbose_name="payments and events kept for (years)"
                    ),
                ),
                (
                    "activities_kept_years",
                    models.SmallIntegerField(
                        default=3, verbose_name="activities kept for (years)"
                    ),
                ),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
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
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="medspa.cliniclogo",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical clinic",
                "verbose_name_plural": "historical clinics",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Clinic",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("country", models.CharField(max_length=2)),
                ("time_zone", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                (
                    "week_start",
                    models.SmallIntegerField(
                        choices=[(0, "Sunday"), (1, "Monday"), (6, "Saturday")],
                        default=0,
                        verbose_name="week starts on",
                    ),
                ),
                ("opening_hours", models.JSONField(blank=True, default=dict)),
                ("holidays", models.JSONField(blank=True, default=list)),
                (
                    "leads_kept_years",
                    models.SmallIntegerField(
                        default=7, verbose_name="leads kept for (years)"
                    ),
                ),
                (
                    "kpi_events_kept_years",
                    models.SmallIntegerField(
                        default=5, verbose_name="payments and events kept for (years)"
                    ),
                ),
                (
                    "activities_kept_years",
                    models.SmallIntegerField(
                        default=3, verbose_name="activities kept for (years)"
                    ),
                ),
                (
                    "skipped_steps",
                    models.JSONField(blank=True, default=list, editable=False),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="medspa.cliniclogo",
                    ),
                ),
            ],
            options={
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="medspa_clinic_is_the_only_one",
                        violation_error_message="There is only one clinic.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "\\S")),
                        name="medspa_clinic_name_is_given",
                        violation_error_message="Enter the clinic's name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")),
                        name="medspa_clinic_country_is_a_code",
                        violation_error_message="Choose a country from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("time_zone__regex", "^[A-Za-z]")),
                        name="medspa_clinic_time_zone_is_given",
                        violation_error_message="Choose a time zone from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "currency__in",
                                [
                                    "USD",
                                    "CAD",
                                    "GBP",
                                    "EUR",
                                    "AUD",
                                    "NZD",
                                    "AED",
                                    "BRL",
                                    "CHF",
                                    "CZK",
                                    "DKK",
                                    "HKD",
                                    "ILS",
                                    "INR",
                                    "MXN",
                                    "NOK",
                                    "PLN",
                                    "SAR",
                                    "SEK",
                                    "SGD",
                                    "THB",
                                    "TRY",
                                    "ZAR",
                                ],
                            )
                        ),
                        name="medspa_clinic_currency_is_known",
                        violation_error_message="Choose a currency from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week_start__in", [0, 1, 6])),
                        name="medspa_clinic_week_start_is_known",
                        violation_error_message="Choose a weekday from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "opening_hours",
                                [
                                    "monday",
                                    "tuesday",
                                    "wednesday",
                                    "thursday",
                                    "friday",
                                    "saturday",
                                    "sunday",
                                ],
                            )
                        ),
                        name="medspa_clinic_opening_hours_name_weekdays",
                        violation_error_message="Opening hours are given by weekday.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "monday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "monday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "tuesday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "tuesday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "wednesday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "wednesday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "thursday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "thursday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "friday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "friday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "saturday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "saturday", "opening_hours"
                                    ),
                                ),
                            ),
                            django.db.models.lookups.GreaterThan(
                                django.db.models.fields.json.KeyTextTransform(
                                    "closes",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "sunday", "opening_hours"
                                    ),
                                ),
                                django.db.models.fields.json.KeyTextTransform(
                                    "opens",
                                    django.db.models.fields.json.KeyTextTransform(
                                        "sunday", "opening_hours"
                                    ),
                                ),
                            ),
                        ),
                        name="medspa_clinic_closes_after_it_opens",
                        violation_error_message="The closing time must be after the opening time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            medspa.json_columns.conditions.IsArray("holidays")
                        ),
                        name="medspa_clinic_holidays_are_a_list",
                        violation_error_message="Holidays are given as a list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            medspa.json_columns.conditions.IsArray("skipped_steps")
                        ),
                        name="medspa_clinic_skipped_steps_are_a_list",
                        violation_error_message="Skipped steps are given as a list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("leads_kept_years__gte", 2), ("leads_kept_years__lte", 7)
                        ),
                        name="medspa_clinic_leads_kept_years_fit",
                        violation_error_message="Choose 2 to 7 years.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kpi_events_kept_years__gte", 2),
                            ("kpi_events_kept_years__lte", 5),
                        ),
                        name="medspa_clinic_kpi_events_kept_years_fit",
                        violation_error_message="Choose 2 to 5 years.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("activities_kept_years__gte", 2),
                            ("activities_kept_years__lte", 3),
                        ),
                        name="medspa_clinic_activities_kept_years_fit",
                        violation_error_message="Choose 2 to 3 years.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "leads_kept_years__gte",
                                models.F("kpi_events_kept_years"),
                            ),
                            (
                                "leads_kept_years__gte",
                                models.F("activities_kept_years"),
                            ),
                        ),
                        name="medspa_clinic_leads_outlast_their_records",
                        violation_error_message="Keep leads at least as long as their payments and activities.",
                    ),
                ],
            },
        ),
    ]
