// Steps of the optimizers, in place on a stretch of the parameters. They are the functions of
// src/backlit/equations/optimizers.py by the same names; adamw is adam with decoupled weight decay.
#pragma once

#include "packets.h"

namespace backlit {

enum class Optimizer { sgd, momentum, nesterov, rmsprop, adam };

struct Hyper {
  double momentum = 0.9, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
};

// beta^t for t = 1, 2, ... by one product a step, set right every 64 steps; a function of t alone, so that a run that
// goes on from a checkpoint has the same bits.
class Power {
 public:
  explicit Power(double beta = 0) : beta_(beta) {}
  void go_to(std::int64_t t) {
    value_ = std::pow(beta_, static_cast<double>(t - t % 64));
    for (std::int64_t i = 0; i < t % 64; ++i) value_ *= beta_;
  }
  double next(std::int64_t t) { return value_ = t % 64 ? value_ * beta_ : std::pow(beta_, static_cast<double>(t)); }

 private:
  double beta_, value_ = 1;
};

// What a step is told. `rate` is the learning rate, for adam with the correction of the start at 0 in it; `decay` is
// learning rate x weight decay; `scale` shrinks the gradient to the clipping norm.
template <class T> struct Step {
  Optimizer optimizer;
  T rate, momentum, beta_1, beta_2, epsilon, scale;
  T fresh_1, fresh_2;  // 1 - beta_1, 1 - beta_2: rounded after the difference, not before
};

// The step to be added. `first` and `second` are what the optimizer remembers: velocity or mean, and square.
template <class T, Optimizer kind>
inline Packet<T> step_of(const Step<T>& s, Packet<T> g, Packet<T>& first, Packet<T>& second) {
  using namespace Eigen::internal;
  const Packet<T> along = pmul(all(T(-s.rate)), g);
  if constexpr (kind == Optimizer::sgd) return along;  // gradient_descent_step
  if constexpr (kind == Optimizer::momentum) return first = pmadd(all(s.momentum), first, along);
  if constexpr (kind == Optimizer::nesterov) {
    first = pmadd(all(s.momentum), first, along);
    return pmadd(all(s.momentum), first, along);
  }
  const Packet<T> fresh = pmul(pmul(all(s.fresh_2), g), g);
  second = pmadd(all(s.beta_2), second, fresh);
  const Packet<T> root = padd(psqrt(second), all(s.epsilon));
  if constexpr (kind == Optimizer::rmsprop) return pdiv(along, root);
  first = pmadd(all(s.beta_1), first, pmul(all(s.fresh_1), g));
  return pdiv(pmul(all(T(-s.rate)), first), root);
}

// w (n,) += step(g) - decay w. False where a new parameter is not finite. Equation: weight_decay_step.
template <class T, Optimizer kind>
bool move_as(const Step<T>& s, Index n, T decay, const T* g, T* w, T* first, T* second) {
  constexpr bool one = kind != Optimizer::sgd && kind != Optimizer::rmsprop;
  constexpr bool two = kind == Optimizer::rmsprop || kind == Optimizer::adam;
  Watch<T> watch;
  by_packets<T>(n, [&](Index i, int count) {
    Packet<T> m = all(T(0)), v = all(T(0));
    if (one) m = load_some(first + i, count);
    if (two) v = load_some(second + i, count);
    const Packet<T> old = load_some(w + i, count);
    const Packet<T> step = step_of<T, kind>(s, ei::pmul(all(s.scale), load_some(g + i, count)), m, v);
    const Packet<T> moved = ei::padd(old, ei::psub(step, ei::pmul(all(decay), old)));
    watch.see(moved);
    store_some(w + i, count, moved);
    if (one) store_some(first + i, count, m);
    if (two) store_some(second + i, count, v);
  });
  return watch.finite();
}

template <class T> bool move(const Step<T>& s, Index n, T decay, const T* g, T* w, T* first, T* second) {
  switch (s.optimizer) {
    case Optimizer::sgd: return move_as<T, Optimizer::sgd>(s, n, decay, g, w, first, second);
    case Optimizer::momentum: return move_as<T, Optimizer::momentum>(s, n, decay, g, w, first, second);
    case Optimizer::nesterov: return move_as<T, Optimizer::nesterov>(s, n, decay, g, w, first, second);
    case Optimizer::rmsprop: return move_as<T, Optimizer::rmsprop>(s, n, decay, g, w, first, second);
    case Optimizer::adam: return move_as<T, Optimizer::adam>(s, n, decay, g, w, first, second);
  }
  return true;
}

}  // namespace backlit
