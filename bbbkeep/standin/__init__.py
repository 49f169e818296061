"""A local server with the dialect and the faults of a real one."""
