"""A later version of the app: two migrations more than there are today."""
