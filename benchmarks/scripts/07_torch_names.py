"""A tiny two-layer classifier in numpy, named like torch.nn."""
import numpy as np

g = np.random.default_rng(3)
n, d, h, c = 48, 4, 7, 3
inputs = g.standard_normal((n, d))
targets = g.integers(0, c, size=n)

fc1_weight = g.standard_normal((h, d)) * 0.3
fc1_bias = np.zeros(h)
fc2_weight = g.standard_normal((c, h)) * 0.3
fc2_bias = np.zeros(c)
lr = 0.05

def cross_entropy(logits, target):
    shifted = logits - logits.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(len(target)), target]).mean()
    grad = probs.copy()
    grad[np.arange(len(target)), target] -= 1
    return loss, grad / len(target)

for step in range(120):
    pre = inputs @ fc1_weight.T + fc1_bias
    hidden = np.maximum(pre, 0)
    logits = hidden @ fc2_weight.T + fc2_bias
    loss, grad_logits = cross_entropy(logits, targets)

    grad_fc2_weight = grad_logits.T @ hidden
    grad_fc2_bias = grad_logits.sum(0)
    grad_hidden = grad_logits @ fc2_weight
    grad_pre = grad_hidden * (pre > 0)
    grad_fc1_weight = grad_pre.T @ inputs
    grad_fc1_bias = grad_pre.sum(0)

    fc1_weight -= lr * grad_fc1_weight
    fc1_bias -= lr * grad_fc1_bias
    fc2_weight -= lr * grad_fc2_weight
    fc2_bias -= lr * grad_fc2_bias
    if step % 40 == 0:
        print(step, loss)
