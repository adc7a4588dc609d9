"""Make names and ids fit the rules that follow, so that no row blocks the upgrade.

Of a first name that was let in with a sign that no name has (`Sarah²`), with a second
name behind a full stop, or that is a title, the given name stays; where there is none,
the lead is called Unknown. Contact ids that are not GoHighLevel's are deleted: they
identify nobody. Names of tags and views get `…` in place of what may be about a person.
History is repaired with its rows, because it may hold the same text.
"""

from django.db import migrations
from django.db.models import Q

from leads import contact, privacy
from medspa.reading.short_names import repair_names

NO_NAME = "Unknown"
GIVEN_NAME = (
    Q(first_name__regex=privacy.NAME_REGEX_IN_DATABASE)
    & ~Q(first_name__iregex=privacy.TITLE_REGEX_IN_DATABASE)
) | Q(first_name__iregex=privacy.DOUBLE_NAME_REGEX_IN_DATABASE)
CONTACT_ID = Q(external_id__regex=f"^{contact.CONTACT_ID_PATTERN}$")


def repair(apps, schema_editor):
    for name in ("Lead", "LeadHistory"):
        leads = apps.get_model("leads", name)._base_manager.all()
        bad = leads.exclude(GIVEN_NAME).values_list("first_name", flat=True)
        for first_name in set(bad.order_by()):
            kept = privacy.keep_given_name(first_name) or NO_NAME
            leads.filter(first_name=first_name).update(first_name=kept)
        leads.exclude(external_id=None).exclude(CONTACT_ID).update(external_id=None)
    for name in ("Tag", "SavedView"):
        history = apps.get_model("leads", f"{name}History")._base_manager
        repair_names(apps.get_model("leads", name)._base_manager, history)


class Migration(migrations.Migration):
    dependencies = [("leads", "0026_imports_in_chunks")]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop, elidable=True)
    ]
