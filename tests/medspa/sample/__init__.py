"""An app with background jobs for their tests."""
