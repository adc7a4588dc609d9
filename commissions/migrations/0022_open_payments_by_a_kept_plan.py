"""What a payment lacks in credit is written by plans that are kept."""

from django.db import migrations

BEFORE = r"""
CREATE OR REPLACE FUNCTION commissions_keep_open(ids text[])
    RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM commissions_openpayment WHERE event_id = ANY(ids);
    INSERT INTO commissions_openpayment (event_id, occurred_at, open_bps)
    SELECT e.id, e.occurred_at, 10000 - coalesce(sum(c.share_bps), 0)
    FROM kpis_kpievent e LEFT JOIN commissions_credit c ON c.kpi_event_id = e.id
    WHERE e.id = ANY(ids) AND e.kind = 'invoice_paid' AND e.deleted_at IS NULL
    GROUP BY e.id HAVING coalesce(sum(c.share_bps), 0) < 10000;
END $$;
"""
AFTER = r"""
CREATE OR REPLACE FUNCTION commissions_keep_open(ids text[])
    RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM commissions_openpayment WHERE event_id = ANY(ids);
    INSERT INTO commissions_openpayment (event_id, occurred_at, open_bps)
    SELECT e.id, e.occurred_at, 10000 - coalesce(sum(c.share_bps), 0)
    FROM kpis_kpievent e LEFT JOIN commissions_credit c ON c.kpi_event_id = e.id
    WHERE e.id = ANY(ids) AND e.kind = 'invoice_paid' AND e.deleted_at IS NULL
    GROUP BY e.id HAVING coalesce(sum(c.share_bps), 0) < 10000;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0021_sentences_in_plain_words")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
