"""What to suggest to a viewer now: shop and recommender brought together, whoever asks for it."""
