"""How live-room Chinese is written: width, script, slang. No Rasa in here."""
