"""A synthetic shop of any size: its shelf, its viewers, the moments they ask in."""
