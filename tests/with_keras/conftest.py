"""Keras has one backend a process: make test-keras runs these tests with KERAS_BACKEND as torch and as jax."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
# a test compiles much and trains little
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
