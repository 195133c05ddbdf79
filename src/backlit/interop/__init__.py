"""To and from a Network of other libraries: ONNX, scikit-learn, PyTorch."""
