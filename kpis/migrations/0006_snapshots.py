"""Each evening's figures of the last months are kept as they were."""

import re

import django.core.validators
import django.db.models.functions.datetime
from django.db import migrations, models

import medspa.ids

MEASURES = (
    "leads",
    "ad_clicks",
    "booked_events",
    "booked_leads",
    "show_events",
    "shown_leads",
    "paid_invoices",
    "paying_leads",
    "new_customers",
    "gross_collected_cents",
    "refunds_cents",
    "net_revenue_cents",
    "spend_cents",
    "leads_with_campaign",
    "attributed_new_customers",
    "attributed_net_revenue_cents",
)
STAYS = """
CREATE FUNCTION kpis_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was kept of an evening never changes.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'kpis_monthsnapshot_stays';
END $$;
CREATE TRIGGER kpis_monthsnapshot_stays
    BEFORE UPDATE OR DELETE ON kpis_monthsnapshot FOR EACH ROW
    EXECUTE FUNCTION kpis_snapshot_stays();
"""
MAY_CHANGE = """
DROP TRIGGER kpis_monthsnapshot_stays ON kpis_monthsnapshot;
DROP FUNCTION kpis_snapshot_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0004_refunds_fit_their_payment")]

    operations = [
        migrations.CreateModel(
            name="MonthSnapshot",
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
                ("month", models.DateField(help_text="The first day of the month.")),
                ("taken_on", models.DateField(help_text="The clinic's day.")),
                ("taken_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                *((name, models.BigIntegerField()) for name in MEASURES),
            ],
            options={
                "default_permissions": (),
                "ordering": ["month", "taken_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "taken_on"),
                        name="kpis_monthsnapshot_once_a_day",
                        violation_error_message=(
                            "This month was kept already on that day."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "month",
                                django.db.models.functions.datetime.TruncMonth("month"),
                            )
                        ),
                        name="kpis_monthsnapshot_month_is_a_first_day",
                        violation_error_message="Name the month by its first day.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
