"""The mathematics of the intent classifier. No Rasa in here."""
