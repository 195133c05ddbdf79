import numpy as np
# my first net: house prices (made up numbers)
sqm = np.array([50, 70, 65, 90, 120, 30.])
rooms = np.array([2, 3, 2, 4, 5, 1.])
price = np.array([1.5, 2.1, 1.9, 2.8, 3.6, 0.9])
data = np.column_stack([(sqm - sqm.mean()) / sqm.std(), (rooms - rooms.mean()) / rooms.std()])
truth = price.reshape(6, 1)
np.random.seed(4)
a_w = np.random.randn(2, 3)
a_b = np.zeros((1, 3))
b_w = np.random.randn(3, 1)
b_b = np.zeros((1, 1))
for i in range(12):
    mid = np.maximum(data @ a_w + a_b, 0)
    guess = mid @ b_w + b_b
    mse = np.mean((guess - truth) ** 2)
    print("step", i, "mse", mse)
    d_guess = 2 * (guess - truth) / 6
    d_b_w = mid.T @ d_guess
    d_b_b = d_guess.sum(axis=0, keepdims=True)
    d_mid = (d_guess @ b_w.T) * (mid > 0)
    d_a_w = data.T @ d_mid
    d_a_b = d_mid.sum(axis=0, keepdims=True)
    b_w += 0.01 * d_b_w
    b_b += 0.01 * d_b_b
    a_w += 0.01 * d_a_w
    a_b += 0.01 * d_a_b
