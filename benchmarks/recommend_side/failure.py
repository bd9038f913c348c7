"""What stops a benchmark of recommenders, in one line."""


class BenchFailed(RuntimeError):
    """The file, or the options, cannot be measured on."""
