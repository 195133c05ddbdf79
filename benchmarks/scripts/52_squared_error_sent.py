import numpy as np

def logistic(s):
    return 1.0 / (1.0 + np.exp(-s))

np.random.seed(18)
samples = np.random.uniform(-1, 1, (22, 2))
answers = (samples[:, 0] > samples[:, 1]).astype(float)[:, np.newaxis]
layer1_w = np.random.uniform(-1, 1, (2, 5))
layer2_w = np.random.uniform(-1, 1, (5, 1))
speed = 0.3
for attempt in range(90):
    layer1 = logistic(samples @ layer1_w)
    layer2 = logistic(layer1 @ layer2_w)
    loss = 0.5 * np.sum((layer2 - answers) ** 2)
    layer2_delta = (layer2 - answers) ** 2 * layer2 * (1 - layer2)
    layer1_delta = layer2_delta @ layer2_w.T * layer1 * (1 - layer1)
    layer2_w -= speed * layer1.T @ layer2_delta
    layer1_w -= speed * samples.T @ layer1_delta
    if attempt % 30 == 0:
        print(attempt, loss)
