"""The mathematics: pure functions of arrays, forward and backward side by side, each equation once."""
