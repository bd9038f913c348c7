"""Rasa components, one a file."""
