"""A table to a trained network and back: columns read, prepared, split, trained on, scored, kept in a file."""
