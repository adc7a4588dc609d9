"""What commissions add to leads, payments, KPIs and a new clinic's checklist."""

from commissions.credits.lead_panel import panel
from commissions.credits.payment_form import PAYMENT_SHARES, credit_recorded
from commissions.kpi_table import COMPARED, KEY, PARTS, REVENUE_BY_PROVIDER
from commissions.models import LeadProvider
from commissions.person_field import PROVIDER_FIELD
from commissions.rules.on_procedures import rules_on
from commissions.setting_up import providers_step, rules_step
from commissions.statements.new_zone import recalculate_open_months
from commissions.statements.order_of_months import closed_month, has_locked_months
from kpis.extension_points import (
    after_recorded,
    closed_days,
    comparisons,
    credited_parts,
    payment_parts,
    person_tables,
)
from leads.extension_points import lead_tables, list_uses, panels
from medspa.extension_points import (
    person_fields,
    recorded_amounts,
    setup_steps,
    zone_rebuilds,
)

panels.extend(panel)
payment_parts.extend(PAYMENT_SHARES)
after_recorded.extend(credit_recorded)
closed_days.extend(closed_month)
lead_tables.extend(LeadProvider)
list_uses.extend(rules_on)
zone_rebuilds.extend(recalculate_open_months)
setup_steps.extend(providers_step)
setup_steps.extend(rules_step)
recorded_amounts.extend(has_locked_months)
person_fields.extend(PROVIDER_FIELD)
credited_parts.extend(PARTS)
comparisons.extend(COMPARED)
person_tables.extend(KEY)(REVENUE_BY_PROVIDER)
