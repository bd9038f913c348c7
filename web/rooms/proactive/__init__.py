"""What a room says by itself: a module a kind, one announcer that keeps the limits."""
