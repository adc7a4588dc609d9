"""Hides the wheel of that name: a real site doesn't have it."""
