"""The clinic's own sources and lost reasons."""

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
CREATE OR REPLACE TRIGGER leads_leadsourcehistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadsourcehistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreasonhistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadlostreasonhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
"""
MAY_CHANGE = r"""
DROP TRIGGER leads_leadsourcehistory_stays ON leads_leadsourcehistory;
DROP TRIGGER leads_leadlostreasonhistory_stays ON leads_leadlostreasonhistory;
"""
CODES_STAY = r"""
CREATE OR REPLACE TRIGGER leads_leadsource_code_stays
    BEFORE UPDATE OF code, meaning ON leads_leadsource
    FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.meaning <> OLD.meaning)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadsource_is_archived_instead
    BEFORE DELETE ON leads_leadsource
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreason_code_stays
    BEFORE UPDATE OF code, meaning ON leads_leadlostreason
    FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.meaning <> OLD.meaning)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreason_is_archived_instead
    BEFORE DELETE ON leads_leadlostreason
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();
"""
CODES_MAY_CHANGE = r"""
DROP TRIGGER leads_leadsource_code_stays ON leads_leadsource;
DROP TRIGGER leads_leadsource_is_archived_instead ON leads_leadsource;
DROP TRIGGER leads_leadlostreason_code_stays ON leads_leadlostreason;
DROP TRIGGER leads_leadlostreason_is_archived_instead ON leads_leadlostreason;
"""


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("leads")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_plain_words"),
        ("leads", "0045_all_opportunities_name_listed_procedures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadLostReason",
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
                ("code", models.CharField(editable=False, max_length=20)),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("price", "Too expensive"),
                            ("no_response", "Could not be reached"),
                            ("competitor", "Went elsewhere"),
                            ("timing", "Not the right time"),
                            ("not_a_fit", "Not a fit for us"),
                            ("changed_mind", "Changed their mind"),
                            ("no_show", "No-show"),
                            ("duplicate", "Duplicate"),
                            ("spam", "Spam or test"),
                        ],
                        help_text="Decides how it is counted. Can't be changed later.",
                        max_length=20,
                        verbose_name="means",
                    ),
                ),
            ],
            options={
                "verbose_name": "lost reason",
                "ordering": ["name"],
                "abstract": False,
                "default_manager_name": "all_objects",
            },
            managers=[
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadLostReasonHistory",
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
                ("code", models.CharField(editable=False, max_length=20)),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("price", "Too expensive"),
                            ("no_response", "Could not be reached"),
                            ("competitor", "Went elsewhere"),
                            ("timing", "Not the right time"),
                            ("not_a_fit", "Not a fit for us"),
                            ("changed_mind", "Changed their mind"),
                            ("no_show", "No-show"),
                            ("duplicate", "Duplicate"),
                            ("spam", "Spam or test"),
                        ],
                        help_text="Decides how it is counted. Can't be changed later.",
                        max_length=20,
                        verbose_name="means",
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
                "verbose_name": "historical lost reason",
                "verbose_name_plural": "historical lost reasons",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LeadSource",
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
                ("code", models.CharField(editable=False, max_length=20)),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("facebook", "Facebook"),
                            ("instagram", "Instagram"),
                            ("google", "Google"),
                            ("tiktok", "TikTok"),
                            ("referral", "Referral"),
                            ("organic", "Organic search"),
                            ("website", "Website form"),
                            ("phone", "Phone call"),
                            ("walk_in", "Walk-in"),
                            ("gohighlevel", "GoHighLevel"),
                            ("other", "Other"),
                        ],
                        help_text="Decides how it is counted. Can't be changed later.",
                        max_length=20,
                        verbose_name="means",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "ordering": ["name"],
                "abstract": False,
                "default_manager_name": "all_objects",
            },
            managers=[
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadSourceHistory",
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
                ("code", models.CharField(editable=False, max_length=20)),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("facebook", "Facebook"),
                            ("instagram", "Instagram"),
                            ("google", "Google"),
                            ("tiktok", "TikTok"),
                            ("referral", "Referral"),
                            ("organic", "Organic search"),
                            ("website", "Website form"),
                            ("phone", "Phone call"),
                            ("walk_in", "Walk-in"),
                            ("gohighlevel", "GoHighLevel"),
                            ("other", "Other"),
                        ],
                        help_text="Decides how it is counted. Can't be changed later.",
                        max_length=20,
                        verbose_name="means",
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
                "verbose_name": "historical source",
                "verbose_name_plural": "historical sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__regex",
                        "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                    ),
                    _negated=True,
                ),
                name="leads_leadlostreason_name_is_no_persons",
                violation_error_message="A name can't contain an email address, date, phone number or other long number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="leads_leadlostreason_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="leads_leadlostreason_name_is_unique",
                violation_error_message="This name is already in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                name="leads_leadlostreason_code_is_short",
                violation_error_message="A code has up to 20 small letters, digits and underscores.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.UniqueConstraint(
                fields=("code",),
                name="leads_leadlostreason_code_is_unique",
                violation_error_message="There is already a lost reason with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadlostreason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "meaning__in",
                        [
                            "price",
                            "no_response",
                            "competitor",
                            "timing",
                            "not_a_fit",
                            "changed_mind",
                            "no_show",
                            "duplicate",
                            "spam",
                        ],
                    )
                ),
                name="leads_leadlostreason_meaning_is_known",
                violation_error_message="Choose what it means from the list.",
            ),
        ),
        migrations.AddField(
            model_name="leadlostreasonhistory",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__regex",
                        "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                    ),
                    _negated=True,
                ),
                name="leads_leadsource_name_is_no_persons",
                violation_error_message="A name can't contain an email address, date, phone number or other long number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="leads_leadsource_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="leads_leadsource_name_is_unique",
                violation_error_message="This name is already in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                name="leads_leadsource_code_is_short",
                violation_error_message="A code has up to 20 small letters, digits and underscores.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.UniqueConstraint(
                fields=("code",),
                name="leads_leadsource_code_is_unique",
                violation_error_message="There is already a source with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "meaning__in",
                        [
                            "facebook",
                            "instagram",
                            "google",
                            "tiktok",
                            "referral",
                            "organic",
                            "website",
                            "phone",
                            "walk_in",
                            "gohighlevel",
                            "other",
                        ],
                    )
                ),
                name="leads_leadsource_meaning_is_known",
                violation_error_message="Choose what it means from the list.",
            ),
        ),
        migrations.AddField(
            model_name="leadsourcehistory",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
        migrations.RunSQL(CODES_STAY, CODES_MAY_CHANGE),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
