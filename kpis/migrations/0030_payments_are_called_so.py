"""What the model calls an invoice that was paid is a payment for people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0029_changed_leads_are_compared_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="kpievent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ad_click", "Ad click"),
                    ("consult_booked", "Consult booked"),
                    ("consult_show", "Showed"),
                    ("invoice_paid", "Payment"),
                    ("invoice_refunded", "Refund"),
                ],
                max_length=20,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="kpieventhistory",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ad_click", "Ad click"),
                    ("consult_booked", "Consult booked"),
                    ("consult_show", "Showed"),
                    ("invoice_paid", "Payment"),
                    ("invoice_refunded", "Refund"),
                ],
                max_length=20,
                verbose_name="type",
            ),
        ),
    ]
