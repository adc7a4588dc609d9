"""Whether a lead may be deleted, and what became of one that is gone."""
