// What comes from Python: names of rows, and arrays that are looked at before a pointer to them is taken.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "trainer.h"

namespace backlit {

namespace nb = nanobind;

template <class V, int N> using In = nb::ndarray<const V, nb::ndim<N>, nb::c_contig, nb::device::cpu>;
template <class V, int N> using InOut = nb::ndarray<V, nb::ndim<N>, nb::c_contig, nb::device::cpu>;

const std::map<std::string, Activation> ACTIVATIONS{
    {"identity", Activation::identity}, {"sigmoid", Activation::sigmoid},   {"tanh", Activation::tanh},
    {"relu", Activation::relu},         {"leaky_relu", Activation::leaky_relu}, {"elu", Activation::elu},
    {"selu", Activation::selu},         {"gelu", Activation::gelu},         {"silu", Activation::silu},
    {"mish", Activation::mish},         {"softplus", Activation::softplus}, {"exp", Activation::exp},
    {"hard_sigmoid", Activation::hard_sigmoid}, {"softmax", Activation::softmax}};
const std::map<std::string, Loss> LOSSES{
    {"squared_error", Loss::squared_error}, {"mean_squared_error", Loss::mean_squared_error},
    {"log_loss", Loss::log_loss}, {"cross_entropy", Loss::cross_entropy},
    {"absolute_error", Loss::absolute_error}, {"huber", Loss::huber}, {"poisson", Loss::poisson},
    {"quantile", Loss::quantile}};
const std::map<std::string, Optimizer> OPTIMIZERS{
    {"sgd", Optimizer::sgd}, {"momentum", Optimizer::momentum}, {"nesterov", Optimizer::nesterov},
    {"rmsprop", Optimizer::rmsprop}, {"adam", Optimizer::adam}};

inline void require(bool right, const std::string& message) {
  if (!right) throw std::invalid_argument(message);
}

template <class V> V look_up(const std::map<std::string, V>& table, const std::string& name) {
  const auto found = table.find(name);
  require(found != table.end(), "unknown name '" + name + "'");
  return found->second;
}

template <class V> std::vector<std::string> names_of(const std::map<std::string, V>& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.push_back(entry.first);
  return names;
}

// Keeps the arrays alive while the engine reads them.
template <class T> struct Holder {
  In<T, 2> x, y;
  In<T, 1> values;
  In<std::int32_t, 1> columns;
  In<std::int64_t, 1> starts, labels;
};

// Samples (n, n_in): an array, or the values, columns and starts of CSR.
template <class T> Samples<T> inputs_of(const nb::object& x, Index n_in, Holder<T>& held) {
  Samples<T> s;
  if (nb::isinstance<nb::tuple>(x)) {
    const nb::tuple parts = nb::cast<nb::tuple>(x);
    require(parts.size() == 3, "sparse samples are (values, columns, starts)");
    held.values = nb::cast<In<T, 1>>(parts[0], false);
    held.columns = nb::cast<In<std::int32_t, 1>>(parts[1], false);
    held.starts = nb::cast<In<std::int64_t, 1>>(parts[2], false);
    require(held.starts.shape(0) >= 1 && held.values.shape(0) == held.columns.shape(0), "a CSR matrix");
    s.n = Index(held.starts.shape(0)) - 1;
    s.n_stored = Index(held.values.shape(0));
    s.values = held.values.data();
    s.columns = held.columns.data();
    s.starts = held.starts.data();
  } else {
    held.x = nb::cast<In<T, 2>>(x, false);
    require(Index(held.x.shape(1)) == n_in, "samples have as many columns as layer 1 has inputs");
    s.n = Index(held.x.shape(0));
    s.x = held.x.data();
  }
  require(s.n > 0, "at least one sample");
  return s;
}

inline std::tuple<double, Index, int> told(const Outcome& outcome) {
  if (outcome.fault == Fault::bad_index)
    throw std::out_of_range("an index of the order, a label or a column of a sparse row is out of range");
  return {outcome.loss_sum, outcome.batches, static_cast<int>(outcome.fault)};
}

}  // namespace backlit
