"""Train a network on real handwritten digits, look at what it learned, and explain one of its mistakes.

Run by `make demo`. The data are scikit-learn's bundled digits: 1,797 images of 8 by 8 pixels (UCI, Alpaydin and
Kaynak 1998). A quarter of them is held out; another tenth tells when to stop.
"""

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import backlit as bl

OUT = Path("out")
MODEL, HELD_OUT = OUT / "digits.safetensors", OUT / "digits-held-out.csv"
SHADES = " ░▒▓█"


def main() -> None:
    """Train, report, save, explain."""
    console = Console()
    pixels, labels = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(pixels / 16, labels, test_size=0.25, stratify=labels, random_state=0)

    net = bl.Network.random([64, 256, 128, 10], activation="relu", output="softmax", dropout=0.4, seed=0)
    console.print(f"[bold]Training[/] {net!r}\non {len(X)} images; {len(X_test)} are held out.\n")
    net, history = bl.train(
        net,
        X,
        y,
        optimizer="adam",
        learning_rate=0.003,
        batch_size=32,
        epochs=80,
        schedule="cosine",
        validation=0.1,
        early_stopping=15,
        seed=0,
        progress=True,
    )
    print(history.to_text())

    predicted = net.predict(X_test).argmax(axis=1)
    accuracy = float(np.mean(predicted == y_test))
    console.print(f"[bold]Held-out accuracy: {accuracy:.4f}[/] ({int((predicted != y_test).sum())} mistakes)\n")
    console.print(confusion_table(y_test, predicted))
    save(net, X_test, y_test)
    explain_a_mistake(console, net, X_test, y_test, predicted)


def confusion_table(truth: np.ndarray, predicted: np.ndarray) -> Table:
    """Count, for each digit, what it was taken for."""
    table = Table(title="Rows: the digit. Columns: what the network said.")
    table.add_column("")
    for digit in range(10):
        table.add_column(str(digit), justify="right")
    for digit in range(10):
        counts = [int(((truth == digit) & (predicted == said)).sum()) for said in range(10)]
        cells = [f"[bold]{n}[/]" if said == digit else str(n) if n else "·" for said, n in enumerate(counts)]
        table.add_row(str(digit), *cells)
    return table


def save(net: bl.Network, X: np.ndarray, y: np.ndarray) -> None:
    """Write the network and the held-out rows where `backlit explain` can read them."""
    OUT.mkdir(exist_ok=True)
    net.save(MODEL)
    names = ",".join([*(f"pixel_{i}" for i in range(1, 65)), "target"])
    np.savetxt(HELD_OUT, np.column_stack([X, y]), fmt="%g", delimiter=",", header=names, comments="")
    print(f"\nSaved {MODEL} and {HELD_OUT}.")


def explain_a_mistake(console: Console, net: bl.Network, X: np.ndarray, y: np.ndarray, predicted: np.ndarray) -> None:
    """Take the mistake that the network was surest of and show its backward pass, level by level."""
    probabilities = net.predict(X)
    wrong = np.flatnonzero(predicted != y)
    if len(wrong) == 0:
        print("There is no mistake to explain; the first image is explained instead.")
        wrong = np.array([0])
    row = int(wrong[np.argmax(probabilities[wrong, predicted[wrong]])])
    article = "an" if y[row] == 8 else "a"
    console.rule(f"A mistake: held-out row {row + 1} is {article} {y[row]}, the network said {predicted[row]}")
    print(drawn(X[row]))
    trace = net.trace(X[row], y[row], learning_rate=0.01)
    print(trace.to_text())
    print(trace.to_text(at="L3"))
    strongest = int(np.abs(trace.layers[1].activation * trace.layers[1].error_term).argmax()) + 1
    print(trace.to_text(at=f"L2.u{strongest}"))
    after = trace.updated.predict(X[row])[y[row]]
    print(
        f"The probability of {y[row]} was {trace.prediction[y[row]]:.3f}; one step of gradient descent on this image "
        f"makes it {after:.3f}.\n\nLook further yourself, at any address:\n"
        f"  .venv/bin/backlit explain {MODEL} --data {HELD_OUT} --row {row + 1} --at L1\n"
        f"  .venv/bin/backlit explain {MODEL} --data {HELD_OUT} --row {row + 1} --out out/mistake.html"
    )


def drawn(image: np.ndarray) -> str:
    """Draw an image of 64 pixels between 0 and 1 in shades, two columns a pixel."""
    return "\n".join("    " + "".join(2 * SHADES[round(4 * v)] for v in line) for line in image.reshape(8, 8)) + "\n"


if __name__ == "__main__":
    main()
