"""The project's settings with a `var/` of the test's own."""

import os
from pathlib import Path

from medspa.settings import *  # noqa: F403

VAR_DIR = Path(os.environ["DEMO_VAR"])
