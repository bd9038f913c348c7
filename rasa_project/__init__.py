"""The Rasa side of the shop assistant; runs on Python 3.10."""
