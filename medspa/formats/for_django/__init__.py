"""The clinic's formats as Django's own names, for the theme's pages and form fields.

`FORMAT_MODULE_PATH` points here. Django keeps what it reads; after a change of the
clinic's country call `django.utils.formats.reset_format_cache()`.
"""
