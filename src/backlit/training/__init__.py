"""Training, by the compiled engine or the equations: the loop, what it measures, and what it keeps."""
