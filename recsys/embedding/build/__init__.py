"""Builds the sentence encoder once; the only part of embedding that imports torch."""
