"""A forward pass found by verifying it, its targets and losses, and what the file claims of each layer."""
