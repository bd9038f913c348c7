"""Rasa input channels, one a file."""
