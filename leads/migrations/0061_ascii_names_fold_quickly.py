"""Names of ASCII are folded without taking letters apart: a fourth of the time."""

from django.db import migrations

AFTER = r"""
CREATE OR REPLACE FUNCTION leads_fold(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(name) = length(name)
    THEN translate(lower(name), '-''`.', ' ')
    ELSE translate(replace(replace(replace(replace(
        lower(regexp_replace(
            normalize(regexp_replace(name, '[''\u2018\u2019\u02bc\u2032`\u00b4.]', '', 'g'),
                NFKD),
            '[\u0300-\u036f]', '', 'g'
        )),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        'øłđðħıŧ‐‑–-', 'olddhit    ') END
$$;
"""
BEFORE = r"""
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
# Connections keep the index's expression as it was; so they read it again.
READ_AGAIN = """
ALTER INDEX leads_lead_name_folded SET (fillfactor = 90);
ALTER INDEX leads_lead_name_folded RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0060_checks_name_their_schema")]

    operations = [migrations.RunSQL(AFTER + READ_AGAIN, BEFORE + READ_AGAIN)]
