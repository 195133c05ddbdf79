"""three layers, hidden ones equally wide"""
import numpy as np

def relu(x):
    return x * (x > 0)

rng = np.random.RandomState(92)
data = rng.randn(27, 3)
wanted = np.sin(data.sum(1, keepdims=True))
net = {
    "in": (rng.randn(3, 6) * 0.5, rng.randn(6) * 0.1),
    "mid": (rng.randn(6, 6) * 0.5, rng.randn(6) * 0.1),
    "out": (rng.randn(6, 1) * 0.5, rng.randn(1) * 0.1),
}
W_in, b_in = net["in"]
W_mid, b_mid = net["mid"]
W_out, b_out = net["out"]
rate = 0.02
for epoch in range(80):
    z_in = data @ W_in + b_in
    h_in = relu(z_in)
    z_mid = h_in @ W_mid + b_mid
    h_mid = relu(z_mid)
    guess = h_mid @ W_out + b_out
    off = (guess - wanted) / len(data)
    if epoch % 20 == 0:
        print(epoch, 0.5 * len(data) * np.mean(off ** 2) * len(data))
    d_mid = (off @ W_out.T) * (z_mid > 0)
    d_in = (d_mid @ W_mid) * (z_in > 0)
    gW_out, gb_out = h_mid.T @ off, off.sum(0)
    gW_mid, gb_mid = h_in.T @ d_mid, d_mid.sum(0)
    gW_in, gb_in = data.T @ d_in, d_in.sum(0)
    for array, gradient in ((W_out, gW_out), (b_out, gb_out), (W_mid, gW_mid),
                            (b_mid, gb_mid), (W_in, gW_in), (b_in, gb_in)):
        array -= rate * gradient
