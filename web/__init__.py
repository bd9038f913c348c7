"""The web process: channels, room engine, console, and the custom actions' endpoint."""
