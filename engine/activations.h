// Activations: the value f(z) and the slope f'(z) together, elementwise. They are the functions of
// src/backlit/equations/activations.py by the same names; softmax, which is not elementwise, is in losses.h.
#pragma once

#include "packets.h"

namespace backlit {

enum class Activation {
  identity, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, silu, mish, softplus, hard_sigmoid, exp, softmax
};

template <class T> struct ValueAndSlope {
  Packet<T> value, slope;
};

namespace row {  // one row of the table of activations each; `parameter` is leaky_relu's slope and elu's alpha

using ei::padd; using ei::pcmp_le; using ei::pcmp_lt; using ei::pdiv; using ei::pmadd; using ei::pmul;
using ei::pnegate; using ei::psub;

struct Identity {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) { return {z, all(T(1))}; }
};

struct Sigmoid {  // sigmoid, sigmoid_derivative: e / (1 + e)^2 for e = e^-|z|
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> e = exp_of<T>(pnegate(ei::pabs(z)));
    const Packet<T> upper = pdiv(all(T(1)), padd(all(T(1)), e));
    const Packet<T> lower = pmul(e, upper);
    return {where<T>(pcmp_le(all(T(0)), z), upper, lower), pmul(lower, upper)};
  }
};

struct Tanh {  // tanh, tanh_derivative: 4 E / (1 + E)^2 for E = e^-2|z|
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> x = pmul(all(T(-2)), ei::pabs(z));
    const Packet<T> e = exp_of<T>(x);
    const Packet<T> below = pdiv(all(T(1)), padd(all(T(1)), e));
    const Packet<T> size = pmul(pnegate(expm1_of<T>(x, e)), below);
    return {where<T>(pcmp_lt(z, all(T(0))), pnegate(size), size), pmul(pmul(all(T(4)), e), pmul(below, below))};
  }
};

struct Relu {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> up = pcmp_lt(all(T(0)), z);
    return {where<T>(up, z, all(T(0))), where<T>(up, all(T(1)), all(T(0)))};
  }
};

struct LeakyRelu {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T slope) {
    const Packet<T> up = pcmp_lt(all(T(0)), z);
    return {where<T>(up, z, pmul(all(slope), z)), where<T>(up, all(T(1)), all(slope))};
  }
};

struct Elu {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T alpha) {
    const Packet<T> up = pcmp_lt(all(T(0)), z);
    const Packet<T> down = where<T>(up, all(T(0)), z);
    const Packet<T> e = exp_of<T>(down);
    const Packet<T> value = pmul(all(alpha), expm1_of<T>(down, e));
    return {where<T>(up, z, value), where<T>(up, all(T(1)), pmul(all(alpha), e))};
  }
};

struct Selu {  // SELU_SCALE times the elu of SELU_ALPHA
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> scale = all(T(1.0507009873554805));
    const ValueAndSlope<T> elu = Elu::at<T>(z, T(1.6732632423543772));
    return {pmul(scale, elu.value), pmul(scale, elu.slope)};
  }
};

struct Gelu {  // z normal_cdf(z); normal_cdf(z) + z normal_pdf(z)
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const T root_half = T(0.70710678118654752440), one_over_root_two_pi = T(0.39894228040143267794);
    const Packet<T> cdf = lane_by_lane<T>(z, [&](T x) { return T(0.5) * std::erfc(-x * root_half); });
    // beyond 40 the density is 0, and z * z might overflow
    const Packet<T> near = ei::pmin(ei::pabs(z), all(T(40)));
    const Packet<T> pdf = pmul(exp_of<T>(pmul(pmul(near, near), all(T(-0.5)))), all(one_over_root_two_pi));
    return {pmul(z, cdf), pmadd(z, pdf, cdf)};
  }
};

struct Silu {  // z sigmoid(z); sigmoid(z) + z sigmoid'(z)
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const ValueAndSlope<T> s = Sigmoid::at<T>(z, T(0));
    return {pmul(z, s.value), pmadd(z, s.slope, s.value)};
  }
};

struct Softplus {  // max(0, z) + log(1 + e^-|z|); the sigmoid
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> log = log1p_of<T>(exp_of<T>(pnegate(ei::pabs(z))));
    return {padd(ei::pmax(z, all(T(0))), log), Sigmoid::at<T>(z, T(0)).value};
  }
};

struct Mish {  // z tanh(s); tanh(s) + z tanh'(s) sigmoid(z), with s = softplus(z)
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const ValueAndSlope<T> s = Softplus::at<T>(z, T(0));
    const ValueAndSlope<T> t = Tanh::at<T>(s.value, T(0));
    return {pmul(z, t.value), pmadd(pmul(z, t.slope), s.slope, t.value)};
  }
};

struct HardSigmoid {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> line = padd(pdiv(z, all(T(6))), all(T(0.5)));
    const Packet<T> above = pcmp_lt(all(T(3)), z), below = pcmp_lt(z, all(T(-3)));
    const Packet<T> value = where<T>(above, all(T(1)), where<T>(below, all(T(0)), line));
    return {value, where<T>(pcmp_lt(ei::pabs(z), all(T(3))), all(T(1) / T(6)), all(T(0)))};
  }
};

struct Exponential {
  template <class T> static ValueAndSlope<T> at(const Packet<T>& z, T) {
    const Packet<T> e = exp_of<T>(z);
    return {e, e};
  }
};

}  // namespace row

// values (n,) holds z and is given f(z); slopes (n,), unless null, is given f'(z). False where a z is not finite.
template <class T, class Row> bool activate_as(Index n, T parameter, T* values, T* slopes) {
  Watch<T> watch;
  by_packets<T>(n, [&](Index i, int count) {
    const Packet<T> z = load_some(values + i, count);
    watch.see(z);
    const ValueAndSlope<T> f = Row::template at<T>(z, parameter);
    store_some(values + i, count, f.value);
    if (slopes) store_some(slopes + i, count, f.slope);
  });
  return watch.finite();
}

// Slopes from values, where a caller wants what programs compute that keep no pre-activations: sigmoid_slope and
// tanh_slope of src/backlit/equations/slopes.py. Other activations keep their slopes.
template <class T> void slopes_from_values(Activation kind, Index n, const T* values, T* slopes) {
  if (kind == Activation::sigmoid)
    for (Index i = 0; i < n; ++i) slopes[i] = values[i] * (1 - values[i]);
  if (kind == Activation::tanh)
    for (Index i = 0; i < n; ++i) slopes[i] = 1 - values[i] * values[i];
}

template <class T> bool activate(Activation kind, Index n, T parameter, T* values, T* slopes) {
  switch (kind) {
    case Activation::sigmoid: return activate_as<T, row::Sigmoid>(n, parameter, values, slopes);
    case Activation::tanh: return activate_as<T, row::Tanh>(n, parameter, values, slopes);
    case Activation::relu: return activate_as<T, row::Relu>(n, parameter, values, slopes);
    case Activation::leaky_relu: return activate_as<T, row::LeakyRelu>(n, parameter, values, slopes);
    case Activation::elu: return activate_as<T, row::Elu>(n, parameter, values, slopes);
    case Activation::selu: return activate_as<T, row::Selu>(n, parameter, values, slopes);
    case Activation::gelu: return activate_as<T, row::Gelu>(n, parameter, values, slopes);
    case Activation::silu: return activate_as<T, row::Silu>(n, parameter, values, slopes);
    case Activation::mish: return activate_as<T, row::Mish>(n, parameter, values, slopes);
    case Activation::softplus: return activate_as<T, row::Softplus>(n, parameter, values, slopes);
    case Activation::hard_sigmoid: return activate_as<T, row::HardSigmoid>(n, parameter, values, slopes);
    case Activation::exp: return activate_as<T, row::Exponential>(n, parameter, values, slopes);
    default: return activate_as<T, row::Identity>(n, parameter, values, slopes);
  }
}

}  // namespace backlit
