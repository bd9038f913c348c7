"""The doors through which viewers reach the assistant, one package a channel."""
