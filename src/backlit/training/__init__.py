"""Training with the equations: the loop, what it measures, and what it keeps."""
