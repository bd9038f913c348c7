"""Connectors: a platform's own messages in, comments of the room out."""
