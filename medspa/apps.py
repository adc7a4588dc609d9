from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class MedspaConfig(AppConfig):
    name = "medspa"
    verbose_name = "People"

    def ready(self) -> None:
        autodiscover_modules("jobs")


class ClinicAdminConfig(AdminConfig):
    default_site = "medspa.web.admin_site.ClinicAdminSite"
