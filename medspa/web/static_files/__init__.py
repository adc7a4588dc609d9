"""Static files: named after their contents, put together for each page, and those that
are made of the admin theme's."""
