// What Python sees: one trainer for each precision. Everything that comes in is looked at here once more.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include "trainer.h"

namespace nb = nanobind;
using namespace backlit;

namespace {

template <class V, int N> using In = nb::ndarray<const V, nb::ndim<N>, nb::c_contig, nb::device::cpu>;
template <class V, int N> using InOut = nb::ndarray<V, nb::ndim<N>, nb::c_contig, nb::device::cpu>;

const std::map<std::string, Activation> ACTIVATIONS{
    {"identity", Activation::identity}, {"sigmoid", Activation::sigmoid},   {"tanh", Activation::tanh},
    {"relu", Activation::relu},         {"leaky_relu", Activation::leaky_relu}, {"elu", Activation::elu},
    {"selu", Activation::selu},         {"gelu", Activation::gelu},         {"silu", Activation::silu},
    {"mish", Activation::mish},         {"softplus", Activation::softplus}, {"exp", Activation::exp},
    {"hard_sigmoid", Activation::hard_sigmoid}, {"softmax", Activation::softmax}};
const std::map<std::string, Loss> LOSSES{
    {"squared_error", Loss::squared_error}, {"log_loss", Loss::log_loss}, {"cross_entropy", Loss::cross_entropy},
    {"absolute_error", Loss::absolute_error}, {"huber", Loss::huber}, {"poisson", Loss::poisson},
    {"quantile", Loss::quantile}};
const std::map<std::string, Optimizer> OPTIMIZERS{
    {"sgd", Optimizer::sgd}, {"momentum", Optimizer::momentum}, {"nesterov", Optimizer::nesterov},
    {"rmsprop", Optimizer::rmsprop}, {"adam", Optimizer::adam}};

void require(bool right, const std::string& message) {
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

// (n_in, n_out, biased, activation, its parameter, dropout)
using LayerArguments = std::tuple<Index, Index, bool, std::string, double, double>;

template <class T>
Network<T> network_of(const std::vector<LayerArguments>& layers, const std::string& loss, double loss_parameter,
                      double probability_floor, bool slopes_from_values) {
  require(!layers.empty(), "a network has at least one layer");
  Network<T> net;
  net.slopes_from_values = slopes_from_values;
  for (const auto& [n_in, n_out, biased, activation, parameter, dropout] : layers) {
    require(n_in > 0 && n_out > 0 && n_in < (Index(1) << 31) && n_out < (Index(1) << 31), "sizes are at least 1");
    require(net.layers.empty() || net.layers.back().n_out == n_in, "sizes of layers chain");
    require(dropout >= 0 && dropout < 1, "dropout lies in [0, 1)");
    require(net.layers.empty() || net.layers.back().activation != Activation::softmax, "softmax is for the output");
    net.layers.push_back(Layer{n_in, n_out, biased, look_up(ACTIVATIONS, activation), parameter, dropout});
  }
  require(net.layers.back().dropout == 0, "the output layer has no dropout");
  const Layer& last = net.layers.back();
  net.output = Output<T>{last.activation, static_cast<T>(last.parameter), look_up(LOSSES, loss),
                         static_cast<T>(loss_parameter), static_cast<T>(probability_floor), last.n_out};
  return net;
}

// A trainer as Python sees it; its arrays go in and out as copies.
template <class T> class Bound {
 public:
  Bound(const std::vector<LayerArguments>& layers, const std::string& loss, double loss_parameter,
        double probability_floor, const std::string& optimizer, double momentum, double beta_1, double beta_2,
        double epsilon, double l1, double l2, double weight_decay, double clip_norm, double loss_scale,
        std::uint64_t seed, int threads, bool slopes_from_values)
      : trainer_(network_of<T>(layers, loss, loss_parameter, probability_floor, slopes_from_values),
                 Settings{look_up(OPTIMIZERS, optimizer), Hyper{momentum, beta_1, beta_2, epsilon}, l1, l2,
                          weight_decay, clip_norm, loss_scale, seed, threads}) {
    require(threads != 0 && std::abs(threads) <= 1024, "threads are at least 1 and at most 1024");
  }

  Index size() { return trainer_.network().size; }

  std::vector<std::tuple<Index, Index>> places() {
    std::vector<std::tuple<Index, Index>> all;
    for (const Layer& layer : trainer_.network().layers) all.emplace_back(layer.weights_at, layer.biases_at);
    return all;
  }

  void read(const std::string& what, InOut<T, 1> to) {
    require(Index(to.shape(0)) == size(), "an array of the trainer's size");
    const nb::gil_scoped_release free;
    const std::lock_guard<std::mutex> alone(mutex_);
    std::copy_n(array(what).data(), size(), to.data());
  }

  void write(const std::string& what, In<T, 1> from) {
    require(Index(from.shape(0)) == size(), "an array of the trainer's size");
    const nb::gil_scoped_release free;
    const std::lock_guard<std::mutex> alone(mutex_);
    std::copy_n(from.data(), size(), array(what).data());
  }

  std::int64_t steps() {
    const nb::gil_scoped_release free;
    const std::lock_guard<std::mutex> alone(mutex_);
    return trainer_.steps();
  }

  void set_steps(std::int64_t steps) {
    require(steps >= 0, "steps are at least 0");
    const nb::gil_scoped_release free;
    const std::lock_guard<std::mutex> alone(mutex_);
    trainer_.steps() = steps;
  }

  std::tuple<double, Index, int> epoch(const nb::object& x, const nb::object& targets,
                                       const std::optional<In<T, 1>>& weights, In<std::int64_t, 1> order,
                                       Index batch_size, Index first_batch, double loss_sum, In<double, 1> rates,
                                       double seconds) {
    require(batch_size > 0 && first_batch >= 0, "batch_size is at least 1, first_batch at least 0");
    const Index n_order = Index(order.shape(0));
    require(first_batch == 0 || first_batch <= n_order / batch_size, "first_batch is one of the epoch's");
    require(Index(rates.shape(0)) >= (n_order + batch_size - 1) / batch_size, "a learning rate a batch");
    Holder held;
    const Samples<T> samples = samples_of(x, &targets, weights, held);
    Outcome outcome;
    {
      const nb::gil_scoped_release free;
      const std::lock_guard<std::mutex> alone(mutex_);
      // before any step: an order that does not fit moves nothing
      if (fits(order.data(), n_order, samples.n))
        outcome = trainer_.epoch(samples, order.data(), n_order, batch_size, first_batch, loss_sum, rates.data(),
                                 seconds);
      else
        outcome.fault = Fault::bad_index;
    }
    return told(outcome);
  }

  std::tuple<double, Index, int> evaluate(const nb::object& x, const nb::object& targets,
                                          const std::optional<In<T, 1>>& weights) {
    Holder held;
    const Samples<T> samples = samples_of(x, &targets, weights, held);
    Outcome outcome;
    {
      const nb::gil_scoped_release free;
      const std::lock_guard<std::mutex> alone(mutex_);
      const std::vector<std::int64_t> order = counted(samples.n);
      outcome = trainer_.evaluate(samples, order.data());
    }
    return told(outcome);
  }

  void predict(const nb::object& x, InOut<T, 2> out) { predict_and_measure(x, nullptr, out, nullptr); }

  void measure(const nb::object& x, const nb::object& targets, InOut<T, 2> out, InOut<double, 1> losses) {
    require(losses.shape(0) == out.shape(0), "room for the losses");
    predict_and_measure(x, &targets, out, losses.data());
  }

  void masks(std::int64_t step, std::size_t layer, InOut<T, 2> out) {
    const Network<T>& net = trainer_.network();
    require(layer < net.layers.size() && Index(out.shape(1)) == net.layers[layer].n_out, "a layer's masks");
    const std::uint64_t key = mask_key(trainer_.settings().seed, static_cast<std::uint64_t>(step), layer);
    for (std::size_t i = 0; i < out.size(); ++i) out.data()[i] = mask_at<T>(key, i, net.layers[layer].dropout);
  }

 private:
  void predict_and_measure(const nb::object& x, const nb::object* targets, InOut<T, 2>& out, double* losses) {
    Holder held;
    const Samples<T> samples = samples_of(x, targets, std::nullopt, held);
    require(Index(out.shape(0)) == samples.n && Index(out.shape(1)) == trainer_.network().n_out(),
            "room for the predictions");
    Fault fault;
    {
      const nb::gil_scoped_release free;
      const std::lock_guard<std::mutex> alone(mutex_);
      const std::vector<std::int64_t> order = counted(samples.n);
      fault = trainer_.predict(samples, order.data(), out.data(), losses);
    }
    told(Outcome{0, 0, fault});
  }

  // Keeps the arrays alive while the engine reads them.
  struct Holder {
    In<T, 2> x, y;
    In<T, 1> values;
    In<std::int32_t, 1> columns;
    In<std::int64_t, 1> starts, labels;
  };

  Samples<T> samples_of(const nb::object& x, const nb::object* targets, const std::optional<In<T, 1>>& weights,
                        Holder& held) {
    const Network<T>& net = trainer_.network();
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
      require(Index(held.x.shape(1)) == net.n_in(), "samples have as many columns as layer 1 has inputs");
      s.n = Index(held.x.shape(0));
      s.x = held.x.data();
    }
    require(s.n > 0, "at least one sample");
    if (targets) set_targets(*targets, held, s);
    if (weights) {
      require(Index(weights->shape(0)) == s.n, "one weight a sample");
      s.weights = weights->data();
    }
    return s;
  }

  void set_targets(const nb::object& targets, Holder& held, Samples<T>& s) {
    const Network<T>& net = trainer_.network();
    if (nb::try_cast(targets, held.labels, false)) {
      require(Index(held.labels.shape(0)) == s.n, "one label a sample");
      require(net.output.softmax_cross_entropy(), "labels go with softmax and cross entropy");
      s.labels = held.labels.data();
    } else {
      held.y = nb::cast<In<T, 2>>(targets, false);
      require(Index(held.y.shape(0)) == s.n && Index(held.y.shape(1)) == net.n_out(), "targets are (n, n_out)");
      s.y = held.y.data();
    }
  }

  static std::tuple<double, Index, int> told(const Outcome& outcome) {
    if (outcome.fault == Fault::bad_index)
      throw std::out_of_range("an index of the order, a label or a column of a sparse row is out of range");
    return {outcome.loss_sum, outcome.batches, static_cast<int>(outcome.fault)};
  }

  static bool fits(const std::int64_t* order, Index n_order, Index n) {
    std::int64_t low = 0, high = -1;
    for (Index i = 0; i < n_order; ++i) {
      low = std::min(low, order[i]);
      high = std::max(high, order[i]);
    }
    return low >= 0 && high < n;
  }

  static std::vector<std::int64_t> counted(Index n) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    return order;
  }

  Storage<T>& array(const std::string& what) {
    if (what == "parameters") return trainer_.parameters();
    if (what == "gradients") return trainer_.gradients();
    if (what == "first") return trainer_.first();
    require(what == "second", "parameters, gradients, first or second");
    return trainer_.second();
  }

  Trainer<T> trainer_;
  // threads of Python that share a trainer take turns; whoever waits has let go of the interpreter's lock
  std::mutex mutex_;
};

template <class T> void bind_trainer(nb::module_& module, const char* name) {
  using B = Bound<T>;
  nb::class_<B>(module, name)
      .def(nb::init<const std::vector<LayerArguments>&, const std::string&, double, double, const std::string&, double,
                    double, double, double, double, double, double, double, double, std::uint64_t, int, bool>(),
           nb::kw_only(), nb::arg("layers"), nb::arg("loss"), nb::arg("loss_parameter"), nb::arg("probability_floor"),
           nb::arg("optimizer"), nb::arg("momentum"), nb::arg("beta_1"), nb::arg("beta_2"), nb::arg("epsilon"),
           nb::arg("l1"), nb::arg("l2"), nb::arg("weight_decay"), nb::arg("clip_norm"), nb::arg("loss_scale"),
           nb::arg("seed"), nb::arg("threads"), nb::arg("slopes_from_values"))
      .def_prop_ro("size", &B::size)
      .def_prop_ro("places", &B::places)
      .def_prop_rw("steps", &B::steps, &B::set_steps)
      .def("read", &B::read, nb::arg("what"), nb::arg("to").noconvert())
      .def("write", &B::write, nb::arg("what"), nb::arg("from").noconvert())
      .def("epoch", &B::epoch, nb::arg("x"), nb::arg("targets"), nb::arg("weights").noconvert().none(),
           nb::arg("order").noconvert(), nb::arg("batch_size"), nb::arg("first_batch"), nb::arg("loss_sum"),
           nb::arg("rates").noconvert(), nb::arg("seconds"))
      .def("evaluate", &B::evaluate, nb::arg("x"), nb::arg("targets"), nb::arg("weights").noconvert().none())
      .def("predict", &B::predict, nb::arg("x"), nb::arg("out").noconvert())
      .def("measure", &B::measure, nb::arg("x"), nb::arg("targets"), nb::arg("out").noconvert(),
           nb::arg("losses").noconvert())
      .def("masks", &B::masks, nb::arg("step"), nb::arg("layer"), nb::arg("out").noconvert());
}

}  // namespace

void bind_engine(nb::module_& module) {
  module.attr("activations") = names_of(ACTIVATIONS);
  module.attr("losses") = names_of(LOSSES);
  module.attr("optimizers") = names_of(OPTIMIZERS);
  bind_trainer<float>(module, "TrainerFloat32");
  bind_trainer<double>(module, "TrainerFloat64");
}
