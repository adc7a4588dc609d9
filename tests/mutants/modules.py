"""The modules whose tests have to notice every fault, by subject."""

from pathlib import Path

from django.conf import settings

SUBJECTS: dict[str, tuple[str, ...]] = {
    "pipeline": ("leads/pipeline.py", "leads/acts.py", "leads/totals.py"),
    "merging": ("leads/merging.py", "leads/unmerging.py"),
    "matching": ("leads/matching.py",),
    "intake": ("leads/intake/*.py",),
    "privacy": ("leads/privacy.py", "leads/contact.py", "medspa/validation.py"),
    "period": ("kpis/period.py", "medspa/clinic_time.py"),
    "figures": ("kpis/figures.py", "kpis/definitions/*.py", "kpis/queries.py"),
    "rollup SQL": ("kpis/cube/*.py",),
    "payments": ("kpis/payments.py", "kpis/voiding.py", "kpis/undoing.py"),
    "engine": ("commissions/engine/*.py",),
    "closing": (
        "commissions/closing.py",
        "commissions/statements.py",
        "commissions/drafts.py",
        "commissions/crediting.py",
    ),
    "encryption": ("medspa/encryption.py", "medspa/fields.py", "medspa/ids.py"),
    "roles": ("medspa/roles.py", "medspa/signing_in.py"),
    "conflicts": ("medspa/conflicts.py",),
}


def modules_of(subject: str) -> list[Path]:
    """The files of one subject, relative to the project; fails when one is gone."""
    found = []
    for pattern in SUBJECTS[subject]:
        paths = sorted(settings.BASE_DIR.glob(pattern))
        assert paths, f"tests/mutants/modules.py names {pattern}, which is not there"
        found += [path.relative_to(settings.BASE_DIR) for path in paths]
    return found
