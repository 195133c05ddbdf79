"""The page: a network's backward pass to step through, change and train, in one file; `web/` is what runs in it."""
