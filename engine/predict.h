// Predictions of a network whose parameters lie in Python's arrays: nothing is copied, and nothing is kept.
#pragma once

#include <atomic>

#include "sweep.h"
#include "team.h"

namespace backlit {

// A layer and where its weights (n_in, n_out) and its biases (n_out,), or null, lie.
template <class T> struct LaidLayer {
  Layer layer;
  const T* weights;
  const T* biases;
};

constexpr Index MOST_ROWS = 192;  // swept at a time: two layers of a few hundred units stay in the caches

// What one thread needs: the activations of two layers below the output, which has its place already; packed panels; and
// the numbers of its rows.
template <class T> struct Room {
  Space<T> one, other;
  Scratch<T> scratch;
  std::vector<std::int64_t> order;

  Room(Index rows, Index widest_below, Index widest)
      : one(rows * widest_below), other(rows * widest_below), scratch(widest), order(static_cast<std::size_t>(rows)) {}
};

// The outputs of rows r0 .. r1, from their own place in `out` on.
template <class T>
Fault predict_rows(const std::vector<LaidLayer<T>>& layers, const Samples<T>& s, Index r0, Index r1, Room<T>& room,
                   T* out) {
  const Index n = r1 - r0;
  const T* input = s.x ? s.x + r0 * layers.front().layer.n_in : nullptr;
  for (Index r = 0; r < n; ++r) {
    room.order[static_cast<std::size_t>(r)] = r0 + r;
    if (bad_row(s, r0 + r)) return Fault::bad_index;
  }
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = layers[l].layer;
    T* z = l + 1 == layers.size() ? out + r0 * layer.n_out : l % 2 ? room.other.data() : room.one.data();
    if (input) {
      gemm(row_major(input, layer.n_in), row_major(layers[l].weights, layer.n_out), n, layer.n_out, layer.n_in,
           Goal<T>{z, layer.n_out, false, layers[l].biases}, room.scratch);
    } else {
      const Rows rows{room.order.data(), 0, n};
      const Fault fault = sparse_forward(s, rows, layer, layers[l].weights, layers[l].biases, z);
      if (fault != Fault::none) return fault;
    }
    if (layer.activation == Activation::softmax) softmax<T>(n, layer.n_out, z, nullptr);
    else activate<T>(layer.activation, n * layer.n_out, static_cast<T>(layer.parameter), z, nullptr);
    input = z;
  }
  return Fault::none;
}

// Output activations (n, n_out) for all samples. `threads`: as in Settings.
template <class T>
Fault predict(const std::vector<LaidLayer<T>>& layers, const Samples<T>& samples, int threads, T* out) {
  double work = 0;  // counted as a step's, as ENOUGH_TO_PREDICT is
  Index widest_below = 1, widest = 1;
  for (const LaidLayer<T>& laid : layers) {
    work += laid.layer.work();
    widest_below = std::max(widest_below, widest);
    widest = std::max(widest, laid.layer.n_out);
  }
  const Call call;
  const int wanted = threads_worth(threads, work * static_cast<double>(samples.n) / ENOUGH_TO_PREDICT, samples.n, call);
  const Index block = std::min(MOST_ROWS, (samples.n + wanted - 1) / wanted);
  std::vector<Room<T>> rooms;
  for (int i = 0; i < wanted; ++i) rooms.emplace_back(block, widest_below, widest);
  std::atomic<Index> next{0};
  std::atomic<int> worst{0};
  Team team;
  team.run(wanted, [](int) {}, [&](int number) {
    for (Index r0; (r0 = next.fetch_add(block)) < samples.n;) {
      const Fault fault = predict_rows(layers, samples, r0, std::min(samples.n, r0 + block),
                                       rooms[static_cast<std::size_t>(number)], out);
      if (fault != Fault::none) worst = static_cast<int>(fault);
    }
  });
  return static_cast<Fault>(worst.load());
}

}  // namespace backlit
