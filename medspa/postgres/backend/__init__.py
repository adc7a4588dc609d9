"""Django's PostgreSQL backend; its pool is back as soon as the server is."""
