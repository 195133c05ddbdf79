"""The rules of updates that remember earlier gradients, found in how arrays move."""
