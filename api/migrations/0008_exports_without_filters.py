"""An export of all leads names no filter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0007_sentences_in_plain_words")]

    operations = [
        migrations.AlterField(
            model_name="leadexport",
            name="filters",
            field=models.CharField(
                blank=True,
                max_length=200,
                verbose_name="names of the filters in use",
            ),
        ),
    ]
