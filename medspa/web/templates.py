"""Loads the project's templates without their indentation.

It is for people who read a template; in a table of 50 rows it was a fifth of the page.
Only the beginnings of lines are cut, so errors name the line of the file.
"""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class WithoutIndentation(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        return INDENTATION.sub("", super().get_contents(origin))
