"""Long work: read frames from shop, give them to recsys or Rasa, store what comes back."""
