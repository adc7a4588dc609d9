"""An export's log says how many values could not be read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0024_index_folded_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportlog",
            name="unreadable_count",
            field=models.IntegerField(
                db_default=0, default=0, verbose_name="values that can't be read"
            ),
        ),
    ]
