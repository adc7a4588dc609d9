"""An app with long work for the tests of long runs."""
