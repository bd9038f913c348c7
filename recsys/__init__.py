"""The mathematics of the shop: arrays and frames in, results out; no SQL, no HTTP, no Rasa."""
