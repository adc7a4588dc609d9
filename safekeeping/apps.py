from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafekeepingConfig(AppConfig):
    name = "safekeeping"

    def ready(self) -> None:
        from safekeeping.database_roles.granting import grant_after_migrate

        # The last app: all tables are there.
        post_migrate.connect(grant_after_migrate, sender=self)
