// Losses of one output, value and gradient together, and the head: from the output layer's pre-activations to each
// row's loss and the gradient at its pre-activations. They are the functions of src/backlit/equations/losses.py, and
// softmax of activations.py, by the same names.
#pragma once

#include "activations.h"

namespace backlit {

enum class Loss {
  squared_error,
  mean_squared_error,
  log_loss,
  cross_entropy,
  absolute_error,
  huber,
  poisson,
  quantile
};

// The value of a loss at prediction p and target y, and its gradient at p.
template <class T> struct Term {
  T value, gradient;
};

// 0 log 0 is 0: a class that the target rules out costs nothing.
template <class T> inline T times_log(T y, T p) { return y == 0 ? T(0) : y * std::log(p); }

template <class T> inline T sign(T x) { return T((x > 0) - (x < 0)); }

// `parameter`: huber's delta, quantile's level, the number of outputs of the mean squared error.
template <class T> inline Term<T> loss_term(Loss loss, T p, T y, T parameter) {
  const T distance = p - y, size = std::abs(distance);
  switch (loss) {
    case Loss::squared_error: return {distance * distance / 2, distance};
    case Loss::mean_squared_error: return {distance * distance / parameter, 2 * distance / parameter};
    case Loss::log_loss: return {-(times_log(y, p) + times_log(1 - y, 1 - p)), distance / (p * (1 - p))};
    case Loss::cross_entropy: return {-times_log(y, p), -y / p};
    case Loss::absolute_error: return {size, sign(distance)};
    case Loss::huber:
      if (size <= parameter) return {size * size / 2, distance};
      return {parameter * (size - parameter / 2), parameter * sign(distance)};
    case Loss::poisson: return {times_log(y, (y == 0 ? T(1) : y) / p) - y + p, 1 - y / p};
    case Loss::quantile:
      if (y > p) return {parameter * (y - p), -parameter};
      return {(1 - parameter) * distance, y < p ? 1 - parameter : T(0)};
  }
  return {T(0), T(0)};
}

// What the head needs to know of a network.
template <class T> struct Output {
  Activation activation;
  T activation_parameter;
  Loss loss;
  T loss_parameter;
  T probability_floor;  // above 0: the reported loss sees predictions this far from 0 and 1; the gradient does not
  Index units;

  bool softmax_cross_entropy() const { return activation == Activation::softmax && loss == Loss::cross_entropy; }
  bool sigmoid_log_loss() const { return activation == Activation::sigmoid && loss == Loss::log_loss; }
};

// z (rows, units) becomes softmax(z); log_sums (rows,), unless null, is given log sum_j e^(z_j - top), top being the
// row's largest z. False where a z is not finite. Equation: softmax.
template <class T> bool softmax(Index rows, Index units, T* z, T* log_sums) {
  bool finite = true;
  for (Index r = 0; r < rows; ++r) {
    T* line = z + r * units;
    T top = line[0];
    for (Index j = 0; j < units; ++j) {
      finite &= std::isfinite(line[j]) != 0;
      top = std::max(top, line[j]);
    }
    for (Index j = 0; j < units; ++j) line[j] -= top;
  }
  by_packets<T>(rows * units, [&](Index i, int count) {
    store_some(z + i, count, exp_of<T>(load_some(z + i, count)));
  });
  for (Index r = 0; r < rows; ++r) {
    T* line = z + r * units;
    T sum = 0;
    for (Index j = 0; j < units; ++j) sum += line[j];
    for (Index j = 0; j < units; ++j) line[j] /= sum;
    if (log_sums) log_sums[r] = std::log(sum);
  }
  return finite;
}

// The targets of some rows: values y (rows, units), or one label a row.
template <class T> struct Targets {
  const T* values;
  const std::int64_t* labels;
};

template <class T> inline T floored(T p, T floor) { return std::min(std::max(p, floor), 1 - floor); }

// Loss of one row's predictions p (units,) as it is reported. Equations: the losses' values.
template <class T> T row_loss(const Output<T>& out, const T* p, const T* y, std::int64_t label) {
  const bool floor = out.probability_floor > 0;
  T sum = 0;
  for (Index j = 0; j < out.units; ++j) {
    const T target = y ? y[j] : T(j == label);
    sum += loss_term(out.loss, floor ? floored(p[j], out.probability_floor) : p[j], target, out.loss_parameter).value;
  }
  return sum;
}

// softmax_cross_entropy: log sum_j e^(z_j - top) - sum_k y_k (z_k - top), and its gradient softmax(z) - y.
template <class T>
bool head_softmax(const Output<T>& out, Index rows, T* z, Targets<T> targets, T* dz, double* losses, T* log_sums) {
  const Index units = out.units;
  for (Index r = 0; r < rows; ++r) {  // the part of the loss that needs z
    const T* line = z + r * units;
    T score = 0, top = line[0];
    for (Index j = 0; j < units; ++j) top = std::max(top, line[j]);
    if (targets.values)
      for (Index j = 0; j < units; ++j) score += targets.values[r * units + j] * (line[j] - top);
    else
      score = line[targets.labels[r]] - top;
    losses[r] = score;
  }
  const bool finite = softmax(rows, units, z, log_sums);
  for (Index r = 0; r < rows; ++r) {
    const T* p = z + r * units;
    const T* y = targets.values ? targets.values + r * units : nullptr;
    const std::int64_t label = y ? -1 : targets.labels[r];
    losses[r] = out.probability_floor > 0 ? row_loss(out, p, y, label) : log_sums[r] - T(losses[r]);
    for (Index j = 0; j < units; ++j) dz[r * units + j] = p[j] - (y ? y[j] : T(j == label));
  }
  return finite;
}

// sigmoid_log_loss: sum_k of softplus(z_k) - y_k z_k, and its gradient sigmoid(z) - y. dz serves as room for softplus.
template <class T>
bool head_sigmoid(const Output<T>& out, Index rows, T* z, Targets<T> targets, T* dz, double* losses) {
  const Index units = out.units, n = rows * units;
  by_packets<T>(n, [&](Index i, int count) {
    const Packet<T> x = load_some(z + i, count), y = load_some(targets.values + i, count);
    store_some(dz + i, count, ei::psub(row::Softplus::at<T>(x, T(0)).value, ei::pmul(y, x)));
  });
  for (Index r = 0; r < rows; ++r) {
    T sum = 0;
    for (Index j = 0; j < units; ++j) sum += dz[r * units + j];
    losses[r] = sum;
  }
  const bool finite = activate<T>(Activation::sigmoid, n, T(0), z, nullptr);
  for (Index r = 0; r < rows && out.probability_floor > 0; ++r)
    losses[r] = row_loss(out, z + r * units, targets.values + r * units, -1);
  for (Index i = 0; i < n; ++i) dz[i] = z[i] - targets.values[i];
  return finite;
}

// Any other pair. Equations: activation_backward, softmax_backward, the losses' gradients.
template <class T>
bool head_plain(const Output<T>& out, Index rows, T* z, Targets<T> targets, T* dz, double* losses) {
  const Index units = out.units;
  const bool is_softmax = out.activation == Activation::softmax;
  const bool finite = is_softmax ? softmax<T>(rows, units, z, nullptr)
                                 : activate(out.activation, rows * units, out.activation_parameter, z, dz);
  for (Index r = 0; r < rows; ++r) {
    const T* p = z + r * units;
    const T* y = targets.values + r * units;
    T* line = dz + r * units;
    T along = 0, sum = 0;
    for (Index j = 0; j < units; ++j) {
      const Term<T> term = loss_term(out.loss, p[j], y[j], out.loss_parameter);
      sum += term.value;
      along += p[j] * term.gradient;
      line[j] = is_softmax ? term.gradient : line[j] * term.gradient;
    }
    if (is_softmax)
      for (Index j = 0; j < units; ++j) line[j] = p[j] * (line[j] - along);
    losses[r] = out.probability_floor > 0 ? row_loss(out, p, y, -1) : sum;
  }
  return finite;
}

// z (rows, units) becomes the prediction, dz (rows, units) the gradient of each row's own loss at z, losses (rows,) the
// losses; log_sums (rows,) is room. False where something is not finite.
template <class T>
bool head(const Output<T>& out, Index rows, T* z, Targets<T> targets, T* dz, double* losses, T* log_sums) {
  bool finite = out.softmax_cross_entropy() ? head_softmax(out, rows, z, targets, dz, losses, log_sums)
                : out.sigmoid_log_loss()    ? head_sigmoid(out, rows, z, targets, dz, losses)
                                            : head_plain(out, rows, z, targets, dz, losses);
  for (Index r = 0; r < rows; ++r) finite &= std::isfinite(losses[r]) != 0;
  return finite;
}

}  // namespace backlit
