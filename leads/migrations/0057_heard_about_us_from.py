from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0056_leads_who_must_not_be_contacted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lead",
            name="heard_from",
            field=models.CharField(
                blank=True, max_length=20, null=True, verbose_name="heard about us from"
            ),
        ),
        migrations.AlterField(
            model_name="leadhistory",
            name="heard_from",
            field=models.CharField(
                blank=True, max_length=20, null=True, verbose_name="heard about us from"
            ),
        ),
    ]
