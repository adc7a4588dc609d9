from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class MedspaConfig(AppConfig):
    name = "medspa"
    verbose_name = "People"

    def ready(self) -> None:
        # Every app is loaded by now.
        from medspa.accounts import audit_kinds
        from medspa.accounts.middleware import begin_session
        from medspa.accounts.second_factor import state  # noqa: F401
        from medspa.accounts.second_factor.audit_kinds import record_sign_in
        from medspa.accounts.second_factor.known_devices import remember_device
        from medspa.alerts import duties, lines  # noqa: F401
        from medspa.encryption.key_checks import register_after_migrate
        from medspa.readiness import checks  # noqa: F401
        from medspa.setup import checklist, rebuilding  # noqa: F401

        post_migrate.connect(register_after_migrate, sender=self)
        user_logged_in.connect(begin_session)
        user_logged_in.connect(remember_device)
        user_logged_in.connect(record_sign_in)
        audit_kinds.connect()
        autodiscover_modules("jobs", "extensions")


class ClinicAdminConfig(AdminConfig):
    default_site = "medspa.web.admin_site.ClinicAdminSite"
