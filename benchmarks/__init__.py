"""One module a capability; each prints a table and, last, one line of JSON."""
