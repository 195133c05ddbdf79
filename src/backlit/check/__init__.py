"""A backward pass from outside against the equations: right or wrong, and the mistake named."""
