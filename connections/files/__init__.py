"""Files of payments and of appointments: from rows to events, by the one road."""
