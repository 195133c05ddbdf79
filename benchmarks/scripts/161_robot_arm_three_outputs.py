"""Learn the forward kinematics of a small robot arm.

Inputs: three joint angles. Targets: x, y and z of the gripper.
Two tanh layers, full batch, momentum 0.9.
"""

import numpy as np

LINKS = (0.5, 0.8, 0.6)


def gripper(angles):
    base, shoulder, elbow = angles.T
    reach = LINKS[1] * np.cos(shoulder) + LINKS[2] * np.cos(shoulder + elbow)
    height = LINKS[0] + LINKS[1] * np.sin(shoulder) + LINKS[2] * np.sin(shoulder + elbow)
    return np.stack([reach * np.cos(base), reach * np.sin(base), height], axis=1)


def forward(net, inputs):
    layer_1 = np.tanh(inputs @ net["w1"] + net["b1"])
    layer_2 = np.tanh(layer_1 @ net["w2"] + net["b2"])
    return layer_1, layer_2, layer_2 @ net["w3"] + net["b3"]


def loss_fn(outputs, targets):
    # squared distance to the true position, mean over the poses
    return np.mean(np.sum((outputs - targets) ** 2, axis=1))


def loss_grad(outputs, targets):
    return 2.0 * (outputs - targets) / outputs.size


def backward(net, inputs, layer_1, layer_2, outputs, targets):
    grads = {}
    error = loss_grad(outputs, targets)
    grads["w3"], grads["b3"] = layer_2.T @ error, error.sum(0)
    error = error @ net["w3"].T * (1 - layer_2 ** 2)
    grads["w2"], grads["b2"] = layer_1.T @ error, error.sum(0)
    error = error @ net["w2"].T * (1 - layer_1 ** 2)
    grads["w1"], grads["b1"] = inputs.T @ error, error.sum(0)
    return grads


def train(poses=200, steps=800, lr=0.1, mu=0.9):
    rng = np.random.default_rng(11)
    angles = rng.uniform(-1.2, 1.2, (poses, 3))
    targets = gripper(angles)
    shapes = [(3, 24), (24, 16), (16, 3)]
    net = {}
    for number, shape in enumerate(shapes, start=1):
        net[f"w{number}"] = rng.normal(scale=shape[0] ** -0.5, size=shape)
        net[f"b{number}"] = np.zeros(shape[1])
    velocity = {name: np.zeros_like(value) for name, value in net.items()}

    for step in range(steps):
        layer_1, layer_2, outputs = forward(net, angles)
        grads = backward(net, angles, layer_1, layer_2, outputs, targets)
        for name in net:
            velocity[name] = mu * velocity[name] - lr * grads[name]
            net[name] = net[name] + velocity[name]
        if step % 100 == 0:
            print(f"step {step:4d}: loss {loss_fn(outputs, targets):.5f}")
    return net


if __name__ == "__main__":
    net = train()
    test = np.random.default_rng(12).uniform(-1.2, 1.2, (50, 3))
    distance = np.linalg.norm(forward(net, test)[-1] - gripper(test), axis=1)
    print("mean distance on new poses:", distance.mean().round(4))
