"""The models of commissions as they are after 0021_sentences_in_plain_words."""

import datetime
import re

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.manager
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.clock
import medspa.ids
import medspa.json_columns.conditions

MODELS = (
    migrations.CreateModel(
        name="CommissionRule",
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
            (
                "role",
                models.CharField(
                    blank=True,
                    choices=[
                        ("surgeon", "Surgeon"),
                        ("physician", "Physician"),
                        ("nurse", "Nurse"),
                        ("injector", "Injector"),
                        ("laser", "Laser technician"),
                        ("aesthetician", "Aesthetician"),
                        ("consultant", "Consultant"),
                        ("coordinator", "Patient coordinator"),
                        ("frontdesk", "Front desk"),
                    ],
                    max_length=20,
                ),
            ),
            ("rule_json", models.JSONField(verbose_name="rule")),
            (
                "priority",
                models.SmallIntegerField(
                    default=0,
                    help_text="In an exclusive group, the highest priority wins.",
                ),
            ),
            ("version", models.PositiveSmallIntegerField(default=1, editable=False)),
            (
                "acknowledged_name",
                models.CharField(
                    blank=True,
                    db_default="",
                    help_text="Name of the person who read this rule's legal notice.",
                    max_length=80,
                    verbose_name="acknowledged by",
                ),
            ),
            ("effective_from", models.DateField(verbose_name="from")),
            (
                "effective_to",
                models.DateField(blank=True, null=True, verbose_name="to"),
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
                "replaces",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="replaced_by",
                    to="commissions.commissionrule",
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="rules",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "verbose_name": "commission rule",
            "ordering": ["-effective_from", "-id"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("provider__isnull", True), ("role", ""), _connector="OR"
                    ),
                    name="commissions_commissionrule_is_for_provider_or_role",
                    violation_error_message="Choose either a provider or a role.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("effective_to__isnull", True),
                        ("effective_to__gte", models.F("effective_from")),
                        _connector="OR",
                    ),
                    name="commissions_commissionrule_ends_after_it_starts",
                    violation_error_message="The end date can't be before the start date.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("rule_json")
                    ),
                    name="commissions_commissionrule_rule_is_an_object",
                    violation_error_message="The rule must be a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("rule_json__has_key", "v"),
                        ("rule_json__has_key", "type"),
                        (
                            "rule_json__type__in",
                            ("percent", "flat", "tiered", "bonus", "pool", "draw"),
                        ),
                        ("rule_json__v__in", (1, 2)),
                    ),
                    name="commissions_commissionrule_type_is_known",
                    violation_error_message="Choose a type of rule from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "role__in",
                            [
                                "",
                                "surgeon",
                                "physician",
                                "nurse",
                                "injector",
                                "laser",
                                "aesthetician",
                                "consultant",
                                "coordinator",
                                "frontdesk",
                            ],
                        )
                    ),
                    name="commissions_commissionrule_role_is_known",
                    violation_error_message="Choose a role from the list.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="Provider",
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
            ("name", models.CharField(max_length=80)),
            (
                "role",
                models.CharField(
                    choices=[
                        ("surgeon", "Surgeon"),
                        ("physician", "Physician"),
                        ("nurse", "Nurse"),
                        ("injector", "Injector"),
                        ("laser", "Laser technician"),
                        ("aesthetician", "Aesthetician"),
                        ("consultant", "Consultant"),
                        ("coordinator", "Patient coordinator"),
                        ("frontdesk", "Front desk"),
                    ],
                    max_length=20,
                ),
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
                "user",
                models.OneToOneField(
                    blank=True,
                    error_messages={
                        "unique": "Another provider already signs in as this person."
                    },
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="provider",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="signs in as",
                ),
            ),
        ],
        options={
            "ordering": ["name"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="commissions_provider_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="commissions_provider_name_is_unique",
                    violation_error_message="There is already a provider with this name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "role__in",
                            [
                                "surgeon",
                                "physician",
                                "nurse",
                                "injector",
                                "laser",
                                "aesthetician",
                                "consultant",
                                "coordinator",
                                "frontdesk",
                            ],
                        )
                    ),
                    name="commissions_provider_role_is_known",
                    violation_error_message="Choose a role from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="commissions_provider_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="CreditHistory",
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
                "share_bps",
                models.PositiveSmallIntegerField(
                    default=10000,
                    help_text="In basis points: 10000 is 100%.",
                    verbose_name="share",
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
                "kpi_event",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="kpis.kpievent",
                    verbose_name="event",
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
            "verbose_name": "historical commission credit",
            "verbose_name_plural": "historical commission credits",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Credit",
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
                "share_bps",
                models.PositiveSmallIntegerField(
                    default=10000,
                    help_text="In basis points: 10000 is 100%.",
                    verbose_name="share",
                ),
            ),
            (
                "kpi_event",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="credits",
                    to="kpis.kpievent",
                    verbose_name="event",
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="credits",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("kpi_event", "provider"),
                    name="commissions_credit_is_unique",
                    violation_error_message="This provider already has a share of it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("share_bps__range", (1, 10000))),
                    name="commissions_credit_is_a_share",
                    violation_error_message="Enter a share above 0, up to 100.",
                ),
            ],
            "verbose_name": "commission credit",
        },
    ),
    migrations.CreateModel(
        name="CommissionRuleHistory",
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
            (
                "role",
                models.CharField(
                    blank=True,
                    choices=[
                        ("surgeon", "Surgeon"),
                        ("physician", "Physician"),
                        ("nurse", "Nurse"),
                        ("injector", "Injector"),
                        ("laser", "Laser technician"),
                        ("aesthetician", "Aesthetician"),
                        ("consultant", "Consultant"),
                        ("coordinator", "Patient coordinator"),
                        ("frontdesk", "Front desk"),
                    ],
                    max_length=20,
                ),
            ),
            ("rule_json", models.JSONField(verbose_name="rule")),
            (
                "priority",
                models.SmallIntegerField(
                    default=0,
                    help_text="In an exclusive group, the highest priority wins.",
                ),
            ),
            ("version", models.PositiveSmallIntegerField(default=1, editable=False)),
            (
                "acknowledged_name",
                models.CharField(
                    blank=True,
                    db_default="",
                    help_text="Name of the person who read this rule's legal notice.",
                    max_length=80,
                    verbose_name="acknowledged by",
                ),
            ),
            ("effective_from", models.DateField(verbose_name="from")),
            (
                "effective_to",
                models.DateField(blank=True, null=True, verbose_name="to"),
            ),
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
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "replaces",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.commissionrule",
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
            "verbose_name": "historical commission rule",
            "verbose_name_plural": "historical commission rules",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="ProviderHistory",
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
            ("name", models.CharField(max_length=80)),
            (
                "role",
                models.CharField(
                    choices=[
                        ("surgeon", "Surgeon"),
                        ("physician", "Physician"),
                        ("nurse", "Nurse"),
                        ("injector", "Injector"),
                        ("laser", "Laser technician"),
                        ("aesthetician", "Aesthetician"),
                        ("consultant", "Consultant"),
                        ("coordinator", "Patient coordinator"),
                        ("frontdesk", "Front desk"),
                    ],
                    max_length=20,
                ),
            ),
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
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "user",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    error_messages={
                        "unique": "Another provider already signs in as this person."
                    },
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="signs in as",
                ),
            ),
        ],
        options={
            "verbose_name": "historical provider",
            "verbose_name_plural": "historical providers",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Statement",
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
            ("month", models.DateField()),
            ("revision", models.SmallIntegerField(default=1)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("approved", "Approved"),
                        ("locked", "Locked"),
                        ("paid", "Paid"),
                    ],
                    default="draft",
                    max_length=10,
                ),
            ),
            ("lines_cents", models.BigIntegerField(default=0, verbose_name="earned")),
            (
                "adjustments_cents",
                models.BigIntegerField(default=0, verbose_name="adjustments"),
            ),
            (
                "opening_cents",
                models.BigIntegerField(default=0, verbose_name="opening"),
            ),
            (
                "payable_cents",
                models.BigIntegerField(default=0, verbose_name="payable"),
            ),
            (
                "closing_cents",
                models.BigIntegerField(default=0, verbose_name="closing"),
            ),
            (
                "draw_opening_cents",
                models.BigIntegerField(default=0, verbose_name="open draw before"),
            ),
            (
                "draw_topup_cents",
                models.BigIntegerField(default=0, verbose_name="draw paid"),
            ),
            (
                "draw_recovered_cents",
                models.BigIntegerField(default=0, verbose_name="draw recovered"),
            ),
            (
                "draw_balance_cents",
                models.BigIntegerField(default=0, verbose_name="open draw after"),
            ),
            (
                "inputs_digest",
                models.CharField(blank=True, editable=False, max_length=64),
            ),
            (
                "snapshot_json",
                models.JSONField(
                    blank=True, editable=False, null=True, verbose_name="as locked"
                ),
            ),
            (
                "computed_at",
                models.DateTimeField(
                    default=django.utils.timezone.now, verbose_name="calculated"
                ),
            ),
            (
                "approved_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("paid_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "superseded_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "approved_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "draw_rule",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="drawn_statements",
                    to="commissions.commissionrule",
                ),
            ),
            (
                "locked_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "paid_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="statements",
                    to="commissions.provider",
                ),
            ),
            (
                "superseded_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["-month", "provider__name", "-revision"],
            "permissions": [
                ("view_month", "Can see all commission statements"),
                ("run_month", "Can calculate commission statements"),
                ("approve_statement", "Can approve commission statements"),
                ("lock_statement", "Can lock, unlock and pay commission statements"),
                ("view_own_statement", "Can see their own commission statements"),
            ],
            "indexes": [
                models.Index(models.F("month"), name="commissions_statement_month")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "payable_cents",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("lines_cents"),
                                        "+",
                                        models.F("adjustments_cents"),
                                    ),
                                    "+",
                                    models.F("opening_cents"),
                                ),
                                "-",
                                models.F("closing_cents"),
                            ),
                        )
                    ),
                    name="commissions_statement_balances",
                    violation_error_message="Lines + adjustments + opening must equal payable + closing.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("draw_balance_cents__gte", 0),
                        (
                            "draw_balance_cents__lte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("draw_opening_cents"),
                                    "+",
                                    models.F("draw_topup_cents"),
                                ),
                                "-",
                                models.F("draw_recovered_cents"),
                            ),
                        ),
                        ("draw_recovered_cents__gte", 0),
                        ("draw_topup_cents__gte", 0),
                    ),
                    name="commissions_statement_draw_balances",
                    violation_error_message="An open draw grows by what was paid and shrinks by what was recovered.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("month__day", 1)),
                    name="commissions_statement_month_is_a_first_day",
                    violation_error_message="A month must be given as its first day.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("revision__gte", 1)),
                    name="commissions_statement_revision_counts_from_one",
                    violation_error_message="Revisions start at 1.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("status__in", ["draft", "approved", "locked", "paid"])
                    ),
                    name="commissions_statement_status_is_known",
                    violation_error_message="Choose a status from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("status", "draft"),
                            ("approved_at__isnull", True),
                            ("approved_by__isnull", True),
                            ("locked_at__isnull", True),
                            ("locked_by__isnull", True),
                            ("paid_at__isnull", True),
                            ("paid_by__isnull", True),
                        ),
                        models.Q(
                            ("status", "approved"),
                            ("approved_at__isnull", False),
                            ("approved_by__isnull", False),
                            ("locked_at__isnull", True),
                            ("locked_by__isnull", True),
                            ("paid_at__isnull", True),
                            ("paid_by__isnull", True),
                        ),
                        models.Q(
                            ("status", "locked"),
                            ("approved_at__isnull", False),
                            ("approved_by__isnull", False),
                            ("locked_at__isnull", False),
                            ("locked_by__isnull", False),
                            ("paid_at__isnull", True),
                            ("paid_by__isnull", True),
                        ),
                        models.Q(
                            ("status", "paid"),
                            ("approved_at__isnull", False),
                            ("approved_by__isnull", False),
                            ("locked_at__isnull", False),
                            ("locked_by__isnull", False),
                            ("paid_at__isnull", False),
                            ("paid_by__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="commissions_statement_status_is_signed",
                    violation_error_message="Each status needs the time and person of every step so far.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("snapshot_json__isnull", False),
                            ("status__in", ("locked", "paid")),
                        ),
                        models.Q(
                            models.Q(("status__in", ("locked", "paid")), _negated=True),
                            ("snapshot_json__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="commissions_statement_locked_has_a_snapshot",
                    violation_error_message="Only a locked statement has a snapshot.",
                ),
                models.UniqueConstraint(
                    fields=("provider", "month", "revision"),
                    name="commissions_statement_revision_is_unique",
                    violation_error_message="This revision already exists.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("superseded_at__isnull", True)),
                    fields=("provider", "month"),
                    name="commissions_statement_is_current_once",
                    violation_error_message="This month already has a statement.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("closing_cents__lte", 0),
                        ("payable_cents__gte", 0),
                        models.Q(
                            ("payable_cents", 0),
                            ("closing_cents", 0),
                            ("draw_rule__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    name="commissions_statement_pays_or_carries",
                    violation_error_message="The payable amount can't be negative, and a balance is carried forward only when nothing is payable, except by a draw.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="StatementHistory",
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
            ("month", models.DateField()),
            ("revision", models.SmallIntegerField(default=1)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("approved", "Approved"),
                        ("locked", "Locked"),
                        ("paid", "Paid"),
                    ],
                    default="draft",
                    max_length=10,
                ),
            ),
            ("lines_cents", models.BigIntegerField(default=0, verbose_name="earned")),
            (
                "adjustments_cents",
                models.BigIntegerField(default=0, verbose_name="adjustments"),
            ),
            (
                "opening_cents",
                models.BigIntegerField(default=0, verbose_name="opening"),
            ),
            (
                "payable_cents",
                models.BigIntegerField(default=0, verbose_name="payable"),
            ),
            (
                "closing_cents",
                models.BigIntegerField(default=0, verbose_name="closing"),
            ),
            (
                "draw_opening_cents",
                models.BigIntegerField(default=0, verbose_name="open draw before"),
            ),
            (
                "draw_topup_cents",
                models.BigIntegerField(default=0, verbose_name="draw paid"),
            ),
            (
                "draw_recovered_cents",
                models.BigIntegerField(default=0, verbose_name="draw recovered"),
            ),
            (
                "draw_balance_cents",
                models.BigIntegerField(default=0, verbose_name="open draw after"),
            ),
            (
                "inputs_digest",
                models.CharField(blank=True, editable=False, max_length=64),
            ),
            (
                "computed_at",
                models.DateTimeField(
                    default=django.utils.timezone.now, verbose_name="calculated"
                ),
            ),
            (
                "approved_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("paid_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "superseded_at",
                models.DateTimeField(blank=True, editable=False, null=True),
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
                "approved_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "draw_rule",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.commissionrule",
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
                "locked_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "paid_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
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
            (
                "superseded_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical statement",
            "verbose_name_plural": "historical statements",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="StatementLine",
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
            ("position", models.IntegerField()),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("sale", "sale"),
                        ("refund", "refund"),
                        ("reversal", "reversal"),
                        ("bracket", "bracket"),
                        ("whole", "whole"),
                        ("bonus", "bonus"),
                        ("pool", "pool"),
                        ("cap", "cap"),
                        ("below", "below"),
                        ("refunds", "refunds"),
                    ],
                    max_length=10,
                ),
            ),
            ("base_cents", models.BigIntegerField(verbose_name="base")),
            ("exact", models.CharField(max_length=80, verbose_name="exact cents")),
            ("amount_cents", models.BigIntegerField(verbose_name="amount")),
            (
                "share_bps",
                models.SmallIntegerField(default=10000, verbose_name="share"),
            ),
            (
                "rate_bps",
                models.SmallIntegerField(blank=True, null=True, verbose_name="rate"),
            ),
            ("detail", models.BigIntegerField(default=0)),
            (
                "corrects",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="corrected_by",
                    to="commissions.statementline",
                ),
            ),
            (
                "corrects_statement",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="corrected_by",
                    to="commissions.statement",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="kpis.kpievent",
                ),
            ),
            (
                "rule",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="lines",
                    to="commissions.commissionrule",
                ),
            ),
            (
                "statement",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="commissions.statement",
                ),
            ),
            (
                "sources_json",
                models.JSONField(blank=True, default=list, verbose_name="payments"),
            ),
        ],
        options={
            "ordering": ["position"],
            "indexes": [
                models.Index(
                    models.F("statement"),
                    models.F("position"),
                    name="commissions_line_in_order",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("exact__regex", "^-?[0-9]+(/[1-9][0-9]*)?$")),
                    name="commissions_statementline_exact_is_a_fraction",
                    violation_error_message="Enter the exact amount like 9001/2.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("share_bps__range", (0, 10000))),
                    name="commissions_statementline_share_is_a_share",
                    violation_error_message="Enter a share from 0 to 100.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("corrects__isnull", True),
                        ("corrects_statement__isnull", False),
                        _connector="OR",
                    ),
                    name="commissions_statementline_corrects_one_statement",
                    violation_error_message="A correction needs the statement it corrects.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "kind__in",
                            [
                                "sale",
                                "refund",
                                "reversal",
                                "bracket",
                                "whole",
                                "bonus",
                                "pool",
                                "cap",
                                "below",
                                "refunds",
                            ],
                        )
                    ),
                    name="commissions_statementline_kind_is_known",
                    violation_error_message="Choose a kind from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsArray("sources_json")
                    ),
                    name="commissions_statementline_sources_are_a_list",
                    violation_error_message="The payments of a line must be a list.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DisputeHistory",
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
                "reason",
                models.CharField(
                    choices=[
                        ("amount", "The payment's amount is wrong"),
                        ("who", "Someone else earned this"),
                        ("share", "The share is wrong"),
                        ("rule", "The wrong rule or rate was used"),
                        ("refund", "The refund is wrong"),
                        ("missing", "Something is missing"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "answer",
                models.CharField(
                    blank=True,
                    choices=[
                        ("corrected", "Corrected"),
                        ("stands", "Checked, no change"),
                        ("explained", "Explained in person"),
                    ],
                    max_length=10,
                ),
            ),
            ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("settled_at", models.DateTimeField(blank=True, null=True)),
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
                "raised_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "settled_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "statement",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.statement",
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    help_text="Empty if a later recalculation removed the line.",
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.statementline",
                ),
            ),
        ],
        options={
            "verbose_name": "historical dispute",
            "verbose_name_plural": "historical disputes",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Dispute",
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
                "reason",
                models.CharField(
                    choices=[
                        ("amount", "The payment's amount is wrong"),
                        ("who", "Someone else earned this"),
                        ("share", "The share is wrong"),
                        ("rule", "The wrong rule or rate was used"),
                        ("refund", "The refund is wrong"),
                        ("missing", "Something is missing"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "answer",
                models.CharField(
                    blank=True,
                    choices=[
                        ("corrected", "Corrected"),
                        ("stands", "Checked, no change"),
                        ("explained", "Explained in person"),
                    ],
                    max_length=10,
                ),
            ),
            ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("settled_at", models.DateTimeField(blank=True, null=True)),
            (
                "raised_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "settled_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "statement",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="disputes",
                    to="commissions.statement",
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty if a later recalculation removed the line.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="disputes",
                    to="commissions.statementline",
                ),
            ),
        ],
        options={
            "ordering": ["-raised_at", "-id"],
            "permissions": [("settle_dispute", "Can resolve disputes")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "reason__in",
                            ["amount", "who", "share", "rule", "refund", "missing"],
                        )
                    ),
                    name="commissions_dispute_reason_is_known",
                    violation_error_message="Choose a reason from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("answer__in", ["", "corrected", "stands", "explained"])
                    ),
                    name="commissions_dispute_answer_is_known",
                    violation_error_message="Choose a resolution from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("answer", ""),
                            ("settled_at__isnull", True),
                            ("settled_by__isnull", True),
                        ),
                        models.Q(
                            models.Q(("answer", ""), _negated=True),
                            ("settled_at__isnull", False),
                            ("settled_by__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="commissions_dispute_is_settled_by_somebody",
                    violation_error_message="A resolution needs a time and a person.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("line__isnull", False), ("settled_at__isnull", True)
                    ),
                    fields=("line",),
                    name="commissions_dispute_is_open_once",
                    violation_error_message="This line is already disputed.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="InputChange",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("day", models.DateField(blank=True, null=True)),
            ("moment", models.DateTimeField(blank=True, null=True)),
            ("lead", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("event", models.CharField(blank=True, db_collation="C", max_length=25)),
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
                "chosen_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="from"
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
                    help_text="Leave empty if no one in particular.",
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "verbose_name": "historical treating provider",
            "verbose_name_plural": "historical treating providers",
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
                    default=medspa.clock.now, editable=False, verbose_name="from"
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
                    help_text="Leave empty if no one in particular.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="chosen_for",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "verbose_name": "treating provider",
            "verbose_name_plural": "treating providers",
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
                    violation_error_message="This can't be in the future.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ReconciledMonth",
        fields=[
            ("month", models.DateField(primary_key=True, serialize=False)),
            ("zone", models.CharField(max_length=64)),
        ],
        options={
            "default_permissions": (),
            "db_table": "commissions_settledmonth",
        },
    ),
)
