"""A script judged by its own loss: what its steps should have been, by nudging its weights and running it again."""
