"""What commissions add to leads and payments: who earned them."""

from commissions.credits.lead_panel import panel
from commissions.credits.payment_form import credit_recorded, offer
from commissions.models import LeadProvider
from kpis.extension_points import after_recorded, payment_parts
from leads.extension_points import lead_tables, panels

panels.extend(panel)
payment_parts.extend(offer)
after_recorded.extend(credit_recorded)
lead_tables.extend(LeadProvider)
