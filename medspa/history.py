"""The name that migrations import; code imports it from `medspa.audit.history`."""

from medspa.audit.history import actor_name

__all__ = ["actor_name"]
