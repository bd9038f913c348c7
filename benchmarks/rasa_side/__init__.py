"""What runs in Rasa's own Python (3.10), in child processes of the benchmarks."""
