"""`manage.py upgrade`: the database follows a new version of the app, or goes back."""
