"""How good a ranking or a probability is; each metric states its denominator and empty case."""
