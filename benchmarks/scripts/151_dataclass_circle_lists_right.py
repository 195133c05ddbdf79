from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

Vector = list[float]


@dataclass
class Layer:
    weights: list[Vector]          # one row per unit
    biases: Vector
    kind: str
    inputs: Vector = field(default_factory=list)
    outputs: Vector = field(default_factory=list)
    deltas: Vector = field(default_factory=list)

    @classmethod
    def create(cls, fan_in: int, units: int, kind: str) -> Layer:
        limit = math.sqrt(3.0 / fan_in)
        rows = [[random.uniform(-limit, limit) for _ in range(fan_in)] for _ in range(units)]
        return cls(rows, [0.0] * units, kind)

    def activate(self, value: float) -> float:
        if self.kind == "tanh":
            return math.tanh(value)
        return 1.0 / (1.0 + math.exp(-value))

    def forward(self, inputs: Vector) -> Vector:
        self.inputs = inputs
        self.outputs = [
            self.activate(sum(w * x for w, x in zip(row, inputs)) + b)
            for row, b in zip(self.weights, self.biases)
        ]
        return self.outputs


def run(layers: list[Layer], point: Vector) -> float:
    signal = point
    for layer in layers:
        signal = layer.forward(signal)
    return signal[0]


def learn(layers: list[Layer], point: Vector, label: float, rate: float) -> float:
    p = run(layers, point)
    # sigmoid and cross-entropy together
    layers[-1].deltas = [p - label]
    for index in range(len(layers) - 2, -1, -1):
        here, above = layers[index], layers[index + 1]
        here.deltas = []
        for unit, out in enumerate(here.outputs):
            blame = sum(d * above.weights[k][unit] for k, d in enumerate(above.deltas))
            here.deltas.append(blame * (1.0 - out * out))
    for layer in layers:
        for unit, delta in enumerate(layer.deltas):
            for source, x in enumerate(layer.inputs):
                layer.weights[unit][source] -= rate * delta * x
            layer.biases[unit] -= rate * delta
    p = min(max(p, 1e-9), 1 - 1e-9)
    return -math.log(p) if label else -math.log(1 - p)


def inside_circle(amount: int) -> list[tuple[Vector, float]]:
    found: list[tuple[Vector, float]] = []
    for _ in range(amount):
        a, b = random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5)
        found.append(([a, b], 1.0 if a * a + b * b < 1.0 else 0.0))
    return found


def main() -> None:
    random.seed(77)
    data = inside_circle(150)
    net = [Layer.create(2, 8, "tanh"), Layer.create(8, 4, "tanh"), Layer.create(4, 1, "sigmoid")]
    for epoch in range(1, 61):
        random.shuffle(data)
        total = sum(learn(net, point, label, rate=0.05) for point, label in data)
        if epoch % 15 == 0 or epoch == 1:
            print(f"{epoch:>3}: mean loss {total / len(data):.4f}")
    unseen = inside_circle(200)
    hits = sum((run(net, point) > 0.5) == (label > 0.5) for point, label in unseen)
    print(f"{hits} of {len(unseen)} new points are right")


if __name__ == "__main__":
    main()
