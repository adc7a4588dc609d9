"""manage.py theme_files: the files that are made of the admin theme's."""

from typing import Any

from django.core.management.base import BaseCommand

from medspa.web.static_files import theme_files


class Command(BaseCommand):
    help = (
        "Writes static/vendor/theme.js, theme-forms.js and the icon font again from "
        "the files of the installed django-unfold: after an update of it, or when a "
        "page names a new icon. For developers: commit what it changes."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        names = theme_files.icons_named()
        theme_files.THEME_SCRIPT.write_text(theme_files.script(theme_files.SCRIPTS))
        theme_files.FORM_SCRIPT.write_text(theme_files.script(theme_files.FORM_SCRIPTS))
        theme_files.ICON_FONT.write_bytes(theme_files.icon_font(names))
        self.stdout.write(
            f"theme.js, theme-forms.js, and a font with {len(names)} icons"
        )
