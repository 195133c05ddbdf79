// The forward and the backward sweep of some rows of a batch, and the gradients of some rows of a layer's weights.
// They are the sweeps of network/sweeps.py and dense.py's functions; a row's sweep touches no other row's numbers.
#pragma once

#include "dropout.h"
#include "gemm.h"
#include "network.h"

namespace backlit {

enum class Fault { none = 0, not_finite = 1, bad_index = 2, bad_parameters = 3 };

// Samples as they lie in Python's arrays: x (n, n_in) dense, or CSR by values, columns and starts; targets y (n, n_out)
// or labels (n,); weights (n,) or null.
template <class T> struct Samples {
  Index n = 0;
  const T* x = nullptr;
  const T* values = nullptr;
  const std::int32_t* columns = nullptr;
  const std::int64_t* starts = nullptr;
  Index n_stored = 0;
  const T* y = nullptr;
  const std::int64_t* labels = nullptr;
  const T* weights = nullptr;
};

// Room for the sweeps of up to `rows` samples.
template <class T> struct Workspace {
  Index rows = 0;
  Storage<T> x, y, back, log_sums, share;
  std::vector<std::int64_t> labels;
  std::vector<double> losses;
  std::vector<Storage<T>> values;  // (rows, n_out) a layer: z, then a, then a after dropout
  std::vector<Storage<T>> slopes;  // (rows, n_out) a layer: f'(z) times the mask, then dz

  void make_room(const Network<T>& net, Index wanted, bool sparse) {
    if (wanted > rows || (!sparse && x.empty())) {
      rows = std::max(rows, wanted);
      const auto n = static_cast<std::size_t>(rows);
      x.resize(sparse ? 0 : n * net.n_in());
      y.resize(n * net.n_out());
      back.resize(n * net.widest);
      log_sums.resize(n);
      share.resize(n);
      labels.resize(n);
      losses.resize(n);
      values.resize(net.layers.size());
      slopes.resize(net.layers.size());
      for (std::size_t l = 0; l < net.layers.size(); ++l) {
        values[l].resize(n * net.layers[l].n_out);
        slopes[l].resize(n * net.layers[l].n_out);
      }
    }
  }
};

// The rows r0 .. r1 of a batch: `order` holds the sample of each row.
struct Rows {
  const std::int64_t* order;
  Index r0, r1;
};

template <class T> bool bad_row(const Samples<T>& s, std::int64_t i) {
  if (i < 0 || i >= s.n) return true;
  return s.starts && (s.starts[i] < 0 || s.starts[i] > s.starts[i + 1] || s.starts[i + 1] > s.n_stored);
}

// Copy the rows' samples and targets side by side; every index is looked at before it is used.
template <class T>
Fault gather(const Network<T>& net, const Samples<T>& s, Rows rows, double weight_sum, bool targets,
             Workspace<T>& ws) {
  const Index n_in = net.n_in(), n_out = net.n_out();
  for (Index r = rows.r0; r < rows.r1; ++r) {
    const std::int64_t i = rows.order[r];
    if (bad_row(s, i)) return Fault::bad_index;
    if (s.x) std::copy_n(s.x + i * n_in, n_in, ws.x.data() + r * n_in);
    if (!targets) continue;
    if (s.y) std::copy_n(s.y + i * n_out, n_out, ws.y.data() + r * n_out);
    if (s.labels) {
      ws.labels[r] = s.labels[i];
      if (ws.labels[r] < 0 || ws.labels[r] >= n_out) return Fault::bad_index;
    }
    ws.share[r] = static_cast<T>((s.weights ? double(s.weights[i]) : 1.0) / weight_sum);
  }
  return Fault::none;
}

// z (rows, n_out) = X (rows, n_in) @ W + b for CSR rows.
template <class T>
Fault sparse_forward(const Samples<T>& s, Rows rows, const Layer& layer, const T* W, const T* b, T* z) {
  for (Index r = rows.r0; r < rows.r1; ++r) {
    T* line = z + r * layer.n_out;
    std::fill_n(line, layer.n_out, T(0));
    const std::int64_t i = rows.order[r];
    for (std::int64_t k = s.starts[i]; k < s.starts[i + 1]; ++k) {
      const Index column = s.columns[k];
      if (column < 0 || column >= layer.n_in) return Fault::bad_index;
      for (Index j = 0; j < layer.n_out; ++j) line[j] += s.values[k] * W[column * layer.n_out + j];
    }
    if (b)
      for (Index j = 0; j < layer.n_out; ++j) line[j] += b[j];
  }
  return Fault::none;
}

// dense_forward of layer l: the rows' z, in values[l].
template <class T>
Fault layer_forward(const Network<T>& net, std::size_t l, const T* parameters, const Samples<T>& s, Rows rows,
                    Workspace<T>& ws, Scratch<T>& scratch) {
  const Layer& layer = net.layers[l];
  const Index n = rows.r1 - rows.r0;
  T* z = ws.values[l].data() + rows.r0 * layer.n_out;
  const T* W = parameters + layer.weights_at;
  const T* b = layer.biased ? parameters + layer.biases_at : nullptr;
  if (l == 0 && !s.x) return sparse_forward(s, rows, layer, W, b, ws.values[l].data());
  const T* input = (l ? ws.values[l - 1].data() : ws.x.data()) + rows.r0 * layer.n_in;
  gemm(row_major(input, layer.n_in), row_major(W, layer.n_out), n, layer.n_out, layer.n_in,
       Goal<T>{z, layer.n_out, false, b}, scratch);
  return Fault::none;
}

constexpr std::int64_t NO_MASKS = -1;

// Sweep the rows up to the output layer's z. `train`: keep slopes. `step`: whose dropout masks; `first` is the batch's
// number of row 0.
template <class T>
Fault forward_rows(const Network<T>& net, const T* parameters, const Samples<T>& s, Rows rows, bool train,
                   std::uint64_t seed, std::int64_t step, Index first, Workspace<T>& ws, Scratch<T>& scratch) {
  bool finite = true;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    const Fault fault = layer_forward(net, l, parameters, s, rows, ws, scratch);
    if (fault != Fault::none) return fault;
    if (l + 1 == net.layers.size()) break;
    const Layer& layer = net.layers[l];
    const Index from = rows.r0 * layer.n_out, count = (rows.r1 - rows.r0) * layer.n_out;
    T* slopes = train ? ws.slopes[l].data() + from : nullptr;
    finite &= activate(layer.activation, count, static_cast<T>(layer.parameter), ws.values[l].data() + from, slopes);
    if (train && net.slopes_from_values)
      slopes_from_values(layer.activation, count, ws.values[l].data() + from, slopes);
    if (step != NO_MASKS && layer.dropout > 0)
      drop(mask_key(seed, static_cast<std::uint64_t>(step), l), layer.dropout, first * layer.n_out + from, count,
           ws.values[l].data() + from, slopes);
  }
  return finite ? Fault::none : Fault::not_finite;
}

// Losses and the error terms of the rows, from the head down to the first layer: slopes become dz, already divided by
// the batch's sum of weights. Equations: dense_input_gradient, activation_backward, dropout_backward.
template <class T>
Fault backward_rows(const Network<T>& net, const T* parameters, const Samples<T>& s, Rows rows, Workspace<T>& ws,
                    Scratch<T>& scratch) {
  const std::size_t last = net.layers.size() - 1;
  const Index n_out = net.n_out(), n = rows.r1 - rows.r0, at = rows.r0 * n_out;
  T* dz = ws.slopes[last].data() + at;
  const Targets<T> targets{s.y ? ws.y.data() + at : nullptr, ws.labels.data() + rows.r0};
  const bool finite = head(net.output, n, ws.values[last].data() + at, targets, dz, ws.losses.data() + rows.r0,
                           ws.log_sums.data() + rows.r0);
  for (Index r = 0; r < n; ++r)
    for (Index j = 0; j < n_out; ++j) dz[r * n_out + j] *= ws.share[rows.r0 + r];
  for (std::size_t l = last; l > 0; --l) {
    const Layer& layer = net.layers[l];
    T* below = ws.slopes[l - 1].data() + rows.r0 * layer.n_in;
    gemm(row_major(ws.slopes[l].data() + rows.r0 * layer.n_out, layer.n_out),
         transposed(parameters + layer.weights_at, layer.n_out), n, layer.n_in, layer.n_out,
         Goal<T>{ws.back.data() + rows.r0 * net.widest, layer.n_in, false, nullptr, below}, scratch);
  }
  return finite ? Fault::none : Fault::not_finite;
}

// dW (i1 - i0, n_out) = X[:, i0:i1].T @ dz over the first n rows, or += it. Equation: dense_weight_gradient.
template <class T>
void weight_gradient(const Network<T>& net, std::size_t l, Index i0, Index i1, Index n, const Samples<T>& s,
                     const std::int64_t* order, const Workspace<T>& ws, T* dW, bool add, Scratch<T>& scratch) {
  const Layer& layer = net.layers[l];
  const T* dz = ws.slopes[l].data();
  if (l > 0 || s.x) {
    const T* input = (l ? ws.values[l - 1].data() : ws.x.data()) + i0;
    gemm(transposed(input, layer.n_in), row_major(dz, layer.n_out), i1 - i0, layer.n_out, n,
         Goal<T>{dW, layer.n_out, add}, scratch);
    return;
  }
  if (!add) std::fill_n(dW, (i1 - i0) * layer.n_out, T(0));
  for (Index r = 0; r < n; ++r) {
    const std::int32_t* begin = s.columns + s.starts[order[r]];
    const std::int32_t* end = s.columns + s.starts[order[r] + 1];
    for (const std::int32_t* c = std::lower_bound(begin, end, i0); c != end && *c < i1; ++c)
      if (*c >= i0)
        for (Index j = 0; j < layer.n_out; ++j)
          dW[(*c - i0) * layer.n_out + j] += s.values[c - s.columns] * dz[r * layer.n_out + j];
  }
}

// db (n_out,) = sum of dz over the first n rows, or += it. Equation: dense_bias_gradient.
template <class T> void bias_gradient(Index n, Index n_out, const T* dz, T* db, bool add) {
  if (!add) std::fill_n(db, n_out, T(0));
  for (Index r = 0; r < n; ++r)
    for (Index j = 0; j < n_out; ++j) db[j] += dz[r * n_out + j];
}

}  // namespace backlit
