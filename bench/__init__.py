"""Reproducible timings on sample clinics of several sizes. Not tests."""
