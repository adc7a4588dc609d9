"""Where migrations find who made a history row."""

from medspa.audit.history import actor_name

__all__ = ["actor_name"]
