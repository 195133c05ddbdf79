"""The core: the Network as immutable data, what it takes, its two sweeps, and the Trace of one step."""
