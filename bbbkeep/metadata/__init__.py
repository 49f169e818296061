"""Edit sheets in, changes out."""
