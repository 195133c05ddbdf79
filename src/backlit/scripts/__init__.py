"""A script of one's own checked: its network found by verifying it, its backward pass and its update judged."""
