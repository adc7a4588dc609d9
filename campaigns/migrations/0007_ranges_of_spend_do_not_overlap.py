"""Every spend has both days, and two ranges of one campaign never overlap."""

import django.db.models.deletion
from django.db import migrations, models

FITS = """
CREATE OR REPLACE FUNCTION campaigns_spend_ranges_fit()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM campaigns_campaign WHERE id = NEW.campaign_id FOR NO KEY UPDATE;
    IF NEW.from_on <= (
        SELECT to_on FROM campaigns_campaignspend
        WHERE campaign_id = NEW.campaign_id AND from_on <= NEW.to_on AND id <> NEW.id
        ORDER BY from_on DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'Spend is entered for one of these days already.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'campaigns_campaignspend_ranges_fit';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER campaigns_campaignspend_ranges_fit
    AFTER INSERT OR UPDATE OF campaign_id, from_on, to_on ON campaigns_campaignspend
    FOR EACH ROW EXECUTE FUNCTION campaigns_spend_ranges_fit();
"""
MAY_OVERLAP = """
DROP TRIGGER campaigns_campaignspend_ranges_fit ON campaigns_campaignspend;
DROP FUNCTION campaigns_spend_ranges_fit;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_entered_months_have_their_days")]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name="to_on",
                field=models.DateField(verbose_name="last day"),
            )
            for name in ("campaignspend", "campaignspendhistory")
        ),
        migrations.AddConstraint(
            model_name="campaignspend",
            constraint=models.UniqueConstraint(
                fields=("campaign", "from_on"),
                name="campaigns_campaignspend_first_day_is_unique",
                violation_error_message=(
                    "Spend is entered for one of these days already."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignspend",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_on__gte", models.F("from_on"))),
                name="campaigns_campaignspend_ends_after_it_starts",
                violation_error_message="The last day can't be before the first day.",
            ),
        ),
        # The rule above begins with the campaign.
        migrations.AlterField(
            model_name="campaignspend",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spends",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="campaignspend",
            index=models.Index("to_on", "from_on", name="campaigns_campaignspend_days"),
        ),
        migrations.RunSQL(FITS, MAY_OVERLAP),
        *(
            migrations.AlterField(
                model_name=name,
                name="monthly_spend_cents",
                field=models.BigIntegerField(
                    default=0,
                    help_text="Counts for the days for which no spend is entered.",
                    verbose_name="planned spend per month",
                ),
            )
            for name in ("campaign", "campaignhistory")
        ),
    ]
