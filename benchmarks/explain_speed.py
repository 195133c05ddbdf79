"""How long explaining one sample of a 784-512-512-10 network takes, level by level, tracing included.

Run: python benchmarks/explain_speed.py
"""

import time

import numpy as np
from arguments import given

import backlit as bl

ADDRESSES = ("net", "L2", "L2.u137", "L2.w[45,137]")
FORMS = ("to_text", "to_markdown", "to_html")


def main() -> None:
    """Print the seconds of each level and format, medians of five; the first run of all apart (it imports)."""
    net = bl.Network.random([784, 512, 512, 10], activation="relu", output="softmax", seed=0)
    x = np.random.default_rng(0).random(784)
    started = time.perf_counter()
    net.trace(x, 3).to_text()
    print(f"first trace and text: {time.perf_counter() - started:.3f} s")
    for address in ADDRESSES:
        times = {form: median_seconds(net, x, address, form) for form in FORMS}
        print(f"{address:14}" + "   ".join(f"{form} {seconds:.4f} s" for form, seconds in times.items()))


def median_seconds(net: bl.Network, x: np.ndarray, address: str, form: str) -> float:
    """Trace and render five times."""
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        getattr(net.trace(x, 3), form)(at=address)
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


if __name__ == "__main__":
    given(__doc__)
    main()
