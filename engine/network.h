// A network as the engine keeps it: the shapes of its layers, and all parameters in one stretch of memory.
#pragma once

#include "losses.h"
#include "storage.h"

namespace backlit {

struct Layer {
  Index n_in, n_out;
  bool biased;
  Activation activation;
  double parameter;  // of the activation
  double dropout;
  Index weights_at = 0, biases_at = 0;  // where weights (n_in, n_out) and biases (n_out,) begin

  Index n_weights() const { return n_in * n_out; }

  // Floating point operations of one sample's step.
  double work() const { return 6.0 * static_cast<double>(n_weights()) + 40.0 * static_cast<double>(n_out); }
};

template <class T> struct Network {
  std::vector<Layer> layers;
  Output<T> output;
  bool slopes_from_values = false;  // of hidden layers
  Index size = 0;   // of the stretch that holds all parameters, with the gaps between them
  Index widest = 0; // units of the widest layer below the output, at least 1
  Index units = 0;  // of all layers

  Index n_in() const { return layers.front().n_in; }
  Index n_out() const { return layers.back().n_out; }

  double work() const {
    double total = 0;
    for (const Layer& layer : layers) total += layer.work();
    return total;
  }
};

// Give each array its place. Large ones begin at a cache line; small ones stand close, so that one packet serves several.
template <class T> void lay_out(Network<T>& net) {
  Index end = 0;
  const auto place = [&](Index count) {
    if (count >= 64) end = (end + 15) / 16 * 16;
    const Index at = end;
    end += count;
    return at;
  };
  net.widest = 1;
  net.units = 0;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    Layer& layer = net.layers[l];
    layer.weights_at = place(layer.n_weights());
    layer.biases_at = place(layer.biased ? layer.n_out : 0);
    net.units += layer.n_out;
    if (l + 1 < net.layers.size()) net.widest = std::max(net.widest, layer.n_out);
  }
  net.size = end;
}

}  // namespace backlit
