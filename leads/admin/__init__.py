from leads.admin import lead, lists, records, set_up

__all__ = ["lead", "lists", "records", "set_up"]
