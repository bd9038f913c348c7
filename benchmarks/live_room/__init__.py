"""A live room under load: the engine beside a plain Rasa that is asked about every comment."""
