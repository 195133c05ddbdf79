# exercise 4: compute the gradient once and compare with the solution sheet
import numpy as np

X = np.array([[0.2, -0.4], [1.0, 0.3], [-0.7, 0.9]])
y = np.array([[0.1], [0.7], [0.4]])

W1 = np.array([[0.1, -0.3, 0.5, 0.2], [0.4, 0.2, -0.6, 0.1]])
b1 = np.array([[0.05, -0.1, 0.2, 0.0]])
W2 = np.array([[0.3], [-0.2], [0.7], [0.5]])
b2 = np.array([[0.1]])

# forward
Z1 = X.dot(W1) + b1
A1 = 1 / (1 + np.exp(-Z1))
Z2 = A1.dot(W2) + b2
y_hat = Z2
N = X.shape[0]
loss = 1 / (2 * N) * np.sum((y_hat - y) ** 2)
print("loss", loss)

# backward
d_yhat = (y_hat - y) / N
dW2 = A1.T.dot(d_yhat)
db2 = np.sum(d_yhat, axis=0, keepdims=True)
dA1 = d_yhat.dot(W2.T)
dZ1 = dA1 * A1 * (1 - Z1)
dW1 = X.T.dot(dZ1)
db1 = np.sum(dZ1, axis=0, keepdims=True)
print(dW1, db1, dW2, db2)
