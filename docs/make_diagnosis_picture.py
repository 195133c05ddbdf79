"""Make docs/images/diagnosis.png: the pictures of a diagnosis, of a deep stack of sigmoid layers.

python docs/make_diagnosis_picture.py
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer

import backlit as bl


def main() -> None:
    """Diagnose and draw."""
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    net = bl.Network.random(
        [30, *[16] * 8, 1],
        activation="sigmoid",
        output="sigmoid",
        loss="log_loss",
        initializer="glorot_uniform",
        seed=0,
    )
    found = bl.diagnose(net, X, y.astype(np.float64), optimizer="sgd", learning_rate=0.1, epochs=30)
    print(found.to_text())
    found.plot().savefig(Path(__file__).parent / "images" / "diagnosis.png", dpi=80)


if __name__ == "__main__":
    main()
