"""Nothing: the next migration of campaigns follows this one, which is in no squash."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_plain_words")]

    operations = []
