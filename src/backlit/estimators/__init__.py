"""scikit-learn's multilayer perceptrons, with the same numbers, on backlit's equations."""
