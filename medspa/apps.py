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
        from medspa.accounts.middleware import begin_session
        from medspa.encryption.key_checks import register_after_migrate
        from medspa.readiness import checks  # noqa: F401
        from medspa.setup import checklist, rebuilding  # noqa: F401

        post_migrate.connect(register_after_migrate, sender=self)
        user_logged_in.connect(begin_session)
        autodiscover_modules("jobs", "extensions")


class ClinicAdminConfig(AdminConfig):
    default_site = "medspa.web.admin_site.ClinicAdminSite"
