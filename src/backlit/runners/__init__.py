"""Who goes through the batches of an epoch: one protocol, and a table of those that keep to it."""
