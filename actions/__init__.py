"""Custom actions: thin, from tracker to one call into shop or recsys to reply blocks."""
