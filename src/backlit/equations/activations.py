"""Activation functions: each value function with its derivative under it, elementwise unless it says otherwise.

The table of them, with formulas, ranges and bounds, is in ``activation_table``. All functions take an array of any
shape and return a new one of the same shape. Exponentials are of non-positive numbers, so nothing overflows.
"""

from backlit.equations.arrays import Array, namespace
from backlit.equations.normal import normal_cdf, normal_pdf

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
"""The constants of Klambauer et al. 2017, to float64's precision."""


def identity(z: Array) -> Array:
    """Return z itself."""
    return z + 0.0


def identity_derivative(z: Array) -> Array:
    """Return 1 everywhere."""
    return namespace(z).ones_like(z)


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^-z)."""
    xp = namespace(z)
    e = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_derivative(z: Array) -> Array:
    """f(z) (1 - f(z)), which is e / (1 + e)^2 for e = e^-|z|: exact in both tails."""
    xp = namespace(z)
    e = xp.exp(-xp.abs(z))
    return e / ((1 + e) * (1 + e))


def tanh(z: Array) -> Array:
    """Hyperbolic tangent."""
    return namespace(z).tanh(z)


def tanh_derivative(z: Array) -> Array:
    """1 - tanh(z)^2, which is (2 e / (1 + e^2))^2 for e = e^-|z|: exact in both tails."""
    xp = namespace(z)
    e = xp.exp(-xp.abs(z))
    root = 2 * e / (1 + e * e)
    return root * root


def relu(z: Array) -> Array:
    """max(0, z)."""
    return namespace(z).where(z > 0, z, 0.0)


def relu_derivative(z: Array) -> Array:
    """1 for z > 0, else 0 (at the kink too, as everybody has it)."""
    xp = namespace(z)
    return xp.where(z > 0, xp.ones_like(z), 0.0)


def leaky_relu(z: Array, slope: float) -> Array:
    """z for z > 0, else slope z (Maas et al. 2013)."""
    return namespace(z).where(z > 0, z, slope * z)


def leaky_relu_derivative(z: Array, slope: float) -> Array:
    """1 for z > 0, else slope."""
    xp = namespace(z)
    return xp.where(z > 0, xp.ones_like(z), slope)


def elu(z: Array, alpha: float) -> Array:
    """z for z > 0, else alpha (e^z - 1) (Clevert et al. 2016)."""
    xp = namespace(z)
    return xp.where(z > 0, z, alpha * xp.expm1(xp.where(z > 0, 0.0, z)))


def elu_derivative(z: Array, alpha: float) -> Array:
    """1 for z > 0, else alpha e^z."""
    xp = namespace(z)
    return xp.where(z > 0, 1.0, alpha * xp.exp(xp.where(z > 0, 0.0, z)))


def selu(z: Array) -> Array:
    """A scaled elu whose constants keep mean 0 and variance 1 (Klambauer et al. 2017)."""
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_derivative(z: Array) -> Array:
    """The elu's derivative, scaled."""
    return SELU_SCALE * elu_derivative(z, SELU_ALPHA)


def gelu(z: Array) -> Array:
    """z times the standard normal distribution function (Hendrycks and Gimpel 2016; the exact form)."""
    return z * normal_cdf(z)


def gelu_derivative(z: Array) -> Array:
    """Distribution function plus z times the density."""
    return normal_cdf(z) + z * normal_pdf(z)


def silu(z: Array) -> Array:
    """z sigmoid(z), also called swish (Elfwing et al. 2018)."""
    return z * sigmoid(z)


def silu_derivative(z: Array) -> Array:
    """sigmoid(z) + z sigmoid'(z)."""
    return sigmoid(z) + z * sigmoid_derivative(z)


def softplus(z: Array) -> Array:
    """log(1 + e^z), computed as max(0, z) + log(1 + e^-|z|)."""
    xp = namespace(z)
    return relu(z) + xp.log1p(xp.exp(-xp.abs(z)))


def softplus_derivative(z: Array) -> Array:
    """The sigmoid."""
    return sigmoid(z)


def mish(z: Array) -> Array:
    """z tanh(softplus(z)) (Misra 2019)."""
    return z * tanh(softplus(z))


def mish_derivative(z: Array) -> Array:
    """tanh(s) + z tanh'(s) sigmoid(z) with s = softplus(z)."""
    s = softplus(z)
    return tanh(s) + z * tanh_derivative(s) * sigmoid(z)


def hard_sigmoid(z: Array) -> Array:
    """z / 6 + 1 / 2, kept between 0 and 1."""
    xp = namespace(z)
    return xp.where(z > 3, 1.0, xp.where(z < -3, 0.0, z / 6 + 0.5))


def hard_sigmoid_derivative(z: Array) -> Array:
    """1 / 6 between -3 and 3, else 0."""
    xp = namespace(z)
    return xp.where(xp.abs(z) < 3, xp.ones_like(z) / 6, 0.0)


def exponential(z: Array) -> Array:
    """e^z: an output that is always positive, for counts and rates."""
    return namespace(z).exp(z)


def exponential_derivative(z: Array) -> Array:
    """e^z again."""
    return namespace(z).exp(z)


def softmax(z: Array) -> Array:
    """e^z_k / sum_j e^z_j over the last axis: (n, n_out) to (n, n_out), rows that sum to 1.

    >>> import numpy as np
    >>> softmax(np.asarray([[0.0, np.log(3.0)]])).round(12).tolist()
    [[0.25, 0.75]]
    """
    xp = namespace(z)
    e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def softmax_backward(z: Array, da: Array) -> Array:
    """Softmax's whole Jacobian applied to da (n, n_out): a_k (da_k - sum_j a_j da_j)."""
    xp = namespace(z)
    a = softmax(z)
    return a * (da - xp.sum(a * da, axis=-1, keepdims=True))
