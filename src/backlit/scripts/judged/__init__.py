"""What was found beside the equations: which loss, factor, penalty or mistake gives the file's numbers."""
