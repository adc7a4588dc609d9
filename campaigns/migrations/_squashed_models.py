"""The models of campaigns as they are after 0009_plain_words."""

import re

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.ids

MODELS = (
    migrations.CreateModel(
        name="Campaign",
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
            ("name", models.CharField(max_length=120)),
            (
                "platform",
                models.CharField(
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("bing", "Bing"),
                        ("yelp", "Yelp"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "monthly_spend_cents",
                models.BigIntegerField(
                    default=0,
                    help_text="Used for days without entered spend.",
                    verbose_name="monthly budget",
                ),
            ),
            (
                "starts_on",
                models.DateField(blank=True, null=True, verbose_name="start date"),
            ),
            (
                "ends_on",
                models.DateField(blank=True, null=True, verbose_name="end date"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
        ],
        options={
            "ordering": ["name"],
            "permissions": [("view_spend", "Can see what campaigns cost")],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="campaigns_campaign_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "platform__in",
                            [
                                "facebook",
                                "instagram",
                                "google",
                                "tiktok",
                                "bing",
                                "yelp",
                                "other",
                            ],
                        )
                    ),
                    name="campaigns_campaign_platform_is_known",
                    violation_error_message="Choose a platform from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("monthly_spend_cents__gte", 0)),
                    name="campaigns_campaign_spend_is_not_negative",
                    violation_error_message="The spend can't be negative.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on__gte", models.F("starts_on")),
                        ("starts_on__isnull", True),
                        ("ends_on__isnull", True),
                        _connector="OR",
                    ),
                    name="campaigns_campaign_ends_after_it_starts",
                    violation_error_message="The end date can't be before the start date.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="campaigns_campaign_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="CampaignHistory",
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
            ("name", models.CharField(max_length=120)),
            (
                "platform",
                models.CharField(
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("bing", "Bing"),
                        ("yelp", "Yelp"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "monthly_spend_cents",
                models.BigIntegerField(
                    default=0,
                    help_text="Used for days without entered spend.",
                    verbose_name="monthly budget",
                ),
            ),
            (
                "starts_on",
                models.DateField(blank=True, null=True, verbose_name="start date"),
            ),
            (
                "ends_on",
                models.DateField(blank=True, null=True, verbose_name="end date"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "updated_at",
                models.DateTimeField(
                    blank=True, editable=False, verbose_name="changed"
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
        ],
        options={
            "verbose_name": "historical campaign",
            "verbose_name_plural": "historical campaigns",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="CampaignSpendHistory",
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
            ("from_on", models.DateField(verbose_name="start date")),
            ("spend_cents", models.BigIntegerField(verbose_name="spend")),
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
                "campaign",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="campaigns.campaign",
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
            ("to_on", models.DateField(verbose_name="end date")),
        ],
        options={
            "verbose_name": "historical spend",
            "verbose_name_plural": "historical spend",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="CampaignSpend",
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
            ("from_on", models.DateField(verbose_name="start date")),
            ("spend_cents", models.BigIntegerField(verbose_name="spend")),
            (
                "campaign",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="spends",
                    to="campaigns.campaign",
                ),
            ),
            ("to_on", models.DateField(verbose_name="end date")),
        ],
        options={
            "verbose_name": "spend",
            "verbose_name_plural": "spend",
            "ordering": ["-from_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("spend_cents__gte", 0)),
                    name="campaigns_campaignspend_spend_is_not_negative",
                    violation_error_message="The spend can't be negative.",
                ),
                models.UniqueConstraint(
                    fields=("campaign", "from_on"),
                    name="campaigns_campaignspend_first_day_is_unique",
                    violation_error_message="Spend is already entered for one of these dates.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("to_on__gte", models.F("from_on"))),
                    name="campaigns_campaignspend_ends_after_it_starts",
                    violation_error_message="The end date can't be before the start date.",
                ),
            ],
            "indexes": [
                models.Index(
                    models.F("to_on"),
                    models.F("from_on"),
                    name="campaigns_campaignspend_days",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CampaignAliasHistory",
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
                "door",
                models.CharField(
                    choices=[
                        ("meta", "Meta Ads"),
                        ("google", "Google Ads"),
                        ("other", "A spreadsheet"),
                    ],
                    max_length=10,
                ),
            ),
            ("name", models.CharField(max_length=300)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
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
                "campaign",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="campaigns.campaign",
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
        ],
        options={
            "verbose_name": "historical name in exports",
            "verbose_name_plural": "historical names in exports",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="CampaignAlias",
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
                "door",
                models.CharField(
                    choices=[
                        ("meta", "Meta Ads"),
                        ("google", "Google Ads"),
                        ("other", "A spreadsheet"),
                    ],
                    max_length=10,
                ),
            ),
            ("name", models.CharField(max_length=300)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "campaign",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="aliases",
                    to="campaigns.campaign",
                ),
            ),
        ],
        options={
            "verbose_name": "name in exports",
            "verbose_name_plural": "names in exports",
            "ordering": ["name"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    models.F("door"),
                    django.db.models.functions.text.Lower("name"),
                    name="campaigns_campaignalias_name_is_unique",
                    violation_error_message="This name already belongs to a campaign.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="campaigns_campaignalias_has_a_name",
                    violation_error_message="Enter the name used in the exports.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("door__in", ["meta", "google", "other"])),
                    name="campaigns_campaignalias_door_is_known",
                    violation_error_message="Choose the platform from the list.",
                ),
            ],
        },
    ),
)
