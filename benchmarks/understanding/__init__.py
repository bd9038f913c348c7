"""What the benchmarks of understanding share: labelled files, scores, Rasa in child processes."""
