// What Python sees: a trainer and predictions, for each precision. All that comes in is looked at here once more.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <mutex>
#include <numeric>
#include <optional>

#include "arguments.h"
#include "predict.h"

using namespace backlit;

namespace {

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
  if (look_up(LOSSES, loss) == Loss::mean_squared_error) loss_parameter = static_cast<double>(last.n_out);
  net.output = Output<T>{last.activation, static_cast<T>(last.parameter), look_up(LOSSES, loss),
                         static_cast<T>(loss_parameter), static_cast<T>(probability_floor), last.n_out};
  return net;
}

// (weights, biases or None, activation, its parameter)
template <class T> using LaidArguments = std::tuple<In<T, 2>, std::optional<In<T, 1>>, std::string, double>;

template <class T>
void predict_laid(const std::vector<LaidArguments<T>>& given, const nb::object& x, InOut<T, 2> out, int threads) {
  require(!given.empty(), "a network has at least one layer");
  require(threads != 0 && std::abs(threads) <= 1024, "threads are at least 1 and at most 1024");
  std::vector<LaidLayer<T>> layers;
  for (const auto& [weights, biases, activation, parameter] : given) {
    const Index n_in = Index(weights.shape(0)), n_out = Index(weights.shape(1));
    require(n_in > 0 && n_out > 0 && n_in < (Index(1) << 31) && n_out < (Index(1) << 31), "sizes are at least 1");
    require(layers.empty() || layers.back().layer.n_out == n_in, "sizes of layers chain");
    require(layers.empty() || layers.back().layer.activation != Activation::softmax, "softmax is for the output");
    require(!biases || Index(biases->shape(0)) == n_out, "one bias a unit");
    layers.push_back({Layer{n_in, n_out, biases.has_value(), look_up(ACTIVATIONS, activation), parameter, 0.0},
                      weights.data(), biases ? biases->data() : nullptr});
  }
  Holder<T> held;
  const Samples<T> samples = inputs_of(x, layers.front().layer.n_in, held);
  require(Index(out.shape(0)) == samples.n && Index(out.shape(1)) == layers.back().layer.n_out,
          "room for the predictions");
  Fault fault;
  {
    const nb::gil_scoped_release free;
    fault = predict(layers, samples, threads, out.data());
  }
  told(Outcome{0, 0, fault});
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
    Holder<T> held;
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
    Holder<T> held;
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

  void measure(const nb::object& x, const nb::object& targets, InOut<T, 2> out, InOut<double, 1> losses) {
    require(losses.shape(0) == out.shape(0), "room for the losses");
    Holder<T> held;
    const Samples<T> samples = samples_of(x, &targets, std::nullopt, held);
    require(Index(out.shape(0)) == samples.n && Index(out.shape(1)) == trainer_.network().n_out(),
            "room for the predictions");
    Fault fault;
    {
      const nb::gil_scoped_release free;
      const std::lock_guard<std::mutex> alone(mutex_);
      const std::vector<std::int64_t> order = counted(samples.n);
      fault = trainer_.measure(samples, order.data(), out.data(), losses.data());
    }
    told(Outcome{0, 0, fault});
  }

  void masks(std::int64_t step, std::size_t layer, InOut<T, 2> out) {
    const Network<T>& net = trainer_.network();
    require(layer < net.layers.size() && Index(out.shape(1)) == net.layers[layer].n_out, "a layer's masks");
    const std::uint64_t key = mask_key(trainer_.settings().seed, static_cast<std::uint64_t>(step), layer);
    for (std::size_t i = 0; i < out.size(); ++i) out.data()[i] = mask_at<T>(key, i, net.layers[layer].dropout);
  }

 private:
  Samples<T> samples_of(const nb::object& x, const nb::object* targets, const std::optional<In<T, 1>>& weights,
                        Holder<T>& held) {
    Samples<T> s = inputs_of(x, trainer_.network().n_in(), held);
    if (targets) set_targets(*targets, held, s);
    if (weights) {
      require(Index(weights->shape(0)) == s.n, "one weight a sample");
      s.weights = weights->data();
    }
    return s;
  }

  void set_targets(const nb::object& targets, Holder<T>& held, Samples<T>& s) {
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
  module.def("predict_float32", &predict_laid<float>, nb::arg("layers").noconvert(), nb::arg("x"), nb::arg("out").noconvert(),
             nb::arg("threads"));
  module.def("predict_float64", &predict_laid<double>, nb::arg("layers").noconvert(), nb::arg("x"), nb::arg("out").noconvert(),
             nb::arg("threads"));
}
