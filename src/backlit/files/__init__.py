"""Files of the project's own: networks, cases and rows, written whole and read with suspicion."""
