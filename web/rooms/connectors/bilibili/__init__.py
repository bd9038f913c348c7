"""Bilibili Open Live: signed HTTP to begin and end, comments over a binary WebSocket."""
