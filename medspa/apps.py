from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class MedspaConfig(AppConfig):
    name = "medspa"
    verbose_name = "People"


class ClinicAdminConfig(AdminConfig):
    default_site = "medspa.sites.ClinicAdminSite"
