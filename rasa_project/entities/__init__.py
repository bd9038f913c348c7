"""Rules that find entities in a folded comment. No Rasa in here."""
