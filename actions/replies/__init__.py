"""Reply functions, one noun a module: a Case in, an Answer (or None: not known here) out."""
