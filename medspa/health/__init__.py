"""How the system is: what an administrator looks at when something seems wrong.

Apps add lines by `medspa.extension_points.health_lines`.
"""

from medspa.health.lines import HealthGroup, HealthLine, Severity

__all__ = ["HealthGroup", "HealthLine", "Severity"]
