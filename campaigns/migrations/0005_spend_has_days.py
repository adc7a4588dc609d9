"""Spend has a first and a last day instead of a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_campaign_names_are_no_persons")]

    operations = [
        migrations.RemoveConstraint(
            model_name="campaignspend",
            name="campaigns_campaignspend_month_is_unique",
        ),
        migrations.RemoveConstraint(
            model_name="campaignspend",
            name="campaigns_campaignspend_month_is_a_first_day",
        ),
        migrations.AlterModelOptions(
            name="campaignspend",
            options={
                "ordering": ["-from_on"],
                "verbose_name": "spend",
                "verbose_name_plural": "spends",
            },
        ),
        migrations.AlterModelOptions(
            name="campaignspendhistory",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical spend",
                "verbose_name_plural": "historical spends",
            },
        ),
        *(
            migrations.RenameField(
                model_name=name, old_name="month", new_name="from_on"
            )
            for name in ("campaignspend", "campaignspendhistory")
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="from_on",
                field=models.DateField(verbose_name="first day"),
            )
            for name in ("campaignspend", "campaignspendhistory")
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="to_on",
                field=models.DateField(null=True, verbose_name="last day"),
            )
            for name in ("campaignspend", "campaignspendhistory")
        ),
    ]
