"""The one folding of names, for index and query."""

from django.db import migrations

FOLD = r"""
CREATE OR REPLACE FUNCTION leads_fold(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(replace(replace(replace(replace(
        lower(regexp_replace(
            normalize(regexp_replace(name, '[''\u2018\u2019\u02bc\u2032`\u00b4.]', '', 'g'),
                NFKD),
            '[\u0300-\u036f]', '', 'g'
        )),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        'øłđðħıŧ‐‑–-', 'olddhit    ')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0022_contact_points"),
    ]

    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION leads_fold(text)"),
    ]
