"""What `bench recommend` compares, each system in a process of its own."""
