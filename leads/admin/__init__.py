from leads.admin import lead, records, set_up

__all__ = ["lead", "records", "set_up"]
