"""To and from a Network: files, and other libraries."""
