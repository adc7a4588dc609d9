"""Telling administrators when something begins to be wrong, and when it is over."""
