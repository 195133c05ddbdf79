"""What a run left behind: records of the values that names had, read as samples, weights and networks."""
