"""The moment of a seal is under its hash, so it is given and not a default."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safekeeping", "0006_proofs_stay")]

    operations = [
        migrations.AlterField(
            model_name="seal",
            name="made_at",
            field=models.DateTimeField(editable=False),
        ),
    ]
