"""The database: what is known, intended and done."""
