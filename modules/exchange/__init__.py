"""Questions and packages that come in from other systems and go out to them. No database in here."""
