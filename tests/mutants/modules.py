"""The modules whose tests have to notice every fault, by subject."""

from pathlib import Path

from django.conf import settings

SUBJECTS: dict[str, tuple[str, ...]] = {
    "pipeline": (
        "leads/services/pipeline.py",
        "leads/services/stage_periods.py",
        "leads/services/actions.py",
        "leads/services/totals.py",
        "leads/touches.py",
    ),
    "merging": ("leads/services/merging.py", "leads/services/unmerging.py"),
    "matching": ("leads/services/matching.py",),
    "intake": ("leads/intake/*.py", "leads/intake/files/*.py"),
    "privacy": ("leads/privacy.py", "leads/contact.py", "medspa/validation.py"),
    "period": ("kpis/period.py", "medspa/clinic_time.py", "medspa/months.py"),
    "figures": (
        "kpis/metrics/figures.py",
        "kpis/metrics/definitions/*.py",
        "kpis/queries/counts.py",
    ),
    "rollup SQL": ("kpis/rollups/*.py", "kpis/metrics/sql.py", "kpis/sql/r*.sql"),
    "payments": (
        "kpis/events/payments.py",
        "kpis/events/voiding.py",
        "kpis/events/undoing.py",
    ),
    "engine": ("commissions/engine/*.py",),
    "closing": (
        "commissions/statements/closing.py",
        "commissions/statements/calculate.py",
        "commissions/statements/corrections.py",
        "commissions/statements/disputes.py",
        "commissions/statements/drafts.py",
        "commissions/statements/four_eyes.py",
        "commissions/statements/freshness.py",
        "commissions/statements/order_of_months.py",
        "commissions/statements/snapshot.py",
        "commissions/credits/crediting.py",
    ),
    "encryption": (
        "medspa/encryption/ciphers.py",
        "medspa/encryption/fields.py",
        "medspa/ids.py",
    ),
    "roles": ("medspa/roles.py", "medspa/accounts/auth.py"),
    "conflicts": ("medspa/web/conflicts.py",),
}


def modules_of(subject: str) -> list[Path]:
    """The files of one subject, relative to the project; fails when one is gone."""
    found = []
    for pattern in SUBJECTS[subject]:
        paths = sorted(settings.BASE_DIR.glob(pattern))
        assert paths, f"tests/mutants/modules.py names {pattern}, which is not there"
        found += [path.relative_to(settings.BASE_DIR) for path in paths]
    return found
