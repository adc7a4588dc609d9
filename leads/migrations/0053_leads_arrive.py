"""How leads came, each time that they came by themselves."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_plain_words"),
        ("leads", "0052_erased_leads_are_nobody"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadArrival",
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
                ("door", models.CharField(max_length=20)),
                ("form", models.CharField(blank=True, max_length=50)),
                (
                    "ad_platform",
                    models.CharField(
                        blank=True,
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
                        verbose_name="ad platform",
                    ),
                ),
                (
                    "click_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gclid", "Google click ID"),
                            ("gbraid", "Google click ID (iOS)"),
                            ("wbraid", "Google click ID (web to app)"),
                            ("fbclid", "Meta click ID"),
                            ("msclkid", "Microsoft click ID"),
                            ("ttclid", "TikTok click ID"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "click_id",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="click ID"
                    ),
                ),
                (
                    "agreed_to_email",
                    models.BooleanField(default=False, verbose_name="agreed to emails"),
                ),
                (
                    "agreed_to_text",
                    models.BooleanField(default=False, verbose_name="agreed to texts"),
                ),
                (
                    "wording_version",
                    models.IntegerField(
                        blank=True, null=True, verbose_name="consent wording"
                    ),
                ),
                (
                    "arrived_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="arrived"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrival",
                "ordering": ["arrived_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="leadarrival",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="leadarrival",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="arrivals",
                to="leads.lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(("door__regex", "^[a-z][a-z0-9_]{0,19}$")),
                name="leads_leadarrival_door_is_a_name",
                violation_error_message="A door has up to 20 small letters and digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__regex", "^([a-z0-9][a-z0-9_-]{0,49})?$")),
                name="leads_leadarrival_form_is_a_slug",
                violation_error_message="A form is named by small letters, digits and hyphens.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ad_platform__in",
                        [
                            "",
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
                name="leads_leadarrival_ad_platform_is_known",
                violation_error_message="Choose an ad platform from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("click_id", ""), ("click_kind", "")),
                    models.Q(
                        ("click_id__regex", "^(?=.*[0-9])[A-Za-z0-9_.-]{16,255}$"),
                        (
                            "click_kind__in",
                            [
                                "gclid",
                                "gbraid",
                                "wbraid",
                                "fbclid",
                                "msclkid",
                                "ttclid",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="leads_leadarrival_click_is_an_id",
                violation_error_message="A click ID has a known kind, and only letters and digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed_to_email", False), ("agreed_to_text", False)),
                    models.Q(
                        ("wording_version__gte", 1), ("wording_version__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="leads_leadarrival_consent_has_its_wording",
                violation_error_message="A consent needs the version of its wording.",
            ),
        ),
    ]
