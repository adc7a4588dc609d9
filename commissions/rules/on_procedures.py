"""Which rules name a procedure."""

from collections import Counter
from collections.abc import Collection, Mapping

from commissions.models import CommissionRule
from leads.models import Procedure
from leads.models.clinic_list import ClinicListRow


def rules_on(model: type[ClinicListRow], codes: Collection[str]) -> Mapping[str, str]:
    """By code: how many commission rules are only for some procedures, this one too."""
    if model is not Procedure:
        return {}
    named: Counter[str] = Counter()
    for terms in CommissionRule.objects.values_list("rule_json", flat=True):
        named.update((terms.get("match") or {}).get("procedures") or ())
    return {
        code: f"{named[code]:,} commission rule{'' if named[code] == 1 else 's'}"
        for code in codes
        if named[code]
    }
