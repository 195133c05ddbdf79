// A network in training: its parameters, what its optimizer remembers, and the loop over batches that moves them.
//
// A batch is worked on in two phases. In the first each thread sweeps rows of its own; in the second each takes tiles
// of the weights, one after another, sums their gradient over all rows and moves them. No sum is split over threads, so
// the bits of a result do not depend on how many there are.
#pragma once

#include <algorithm>
#include <chrono>

#include "optimizers.h"
#include "sweep.h"
#include "team.h"

namespace backlit {

constexpr Index LEAST_ROWS = 24;  // of a tile: every tile packs the error terms anew
constexpr Index CHUNK = 2048;  // rows swept at a time: larger batches add up their gradients chunk by chunk

struct Settings {
  Optimizer optimizer = Optimizer::sgd;
  Hyper hyper;
  double l1 = 0, l2 = 0, weight_decay = 0;
  double clip_norm = 0;  // 0: none
  double loss_scale = 1;
  std::uint64_t seed = 0;
  int threads = 1;
};

// What a call came to. loss_sum: over batches, (mean loss, weighted, with penalties) x rows. `batches`: how many were
// gone through, the faulty one among them.
struct Outcome {
  double loss_sum = 0;
  Index batches = 0;
  Fault fault = Fault::none;
};

// Some rows of one layer's weights, and with the first of them its biases.
struct Tile {
  std::size_t layer;
  Index i0, i1;
};

template <class T> class Trainer {
 public:
  Trainer(Network<T> net, Settings settings) : net_(std::move(net)), settings_(settings) {
    lay_out(net_);
    const auto n = static_cast<std::size_t>(net_.size);
    parameters_.assign(n, T(0));
    gradients_.assign(n, T(0));
    first_.assign(n, T(0));
    second_.assign(n, T(0));
  }

  const Network<T>& network() const { return net_; }
  const Settings& settings() const { return settings_; }
  Storage<T>& parameters() { return parameters_; }
  Storage<T>& gradients() { return gradients_; }
  Storage<T>& first() { return first_; }
  Storage<T>& second() { return second_; }
  std::int64_t& steps() { return steps_; }

  // Go through the batches of `order` from number `first_batch` on, until the end, a fault, or `seconds` have passed.
  // `loss_sum` is the one of the batches before, so that a pause changes no bit of the sum. `rates`: of each batch of the
  // whole order.
  Outcome epoch(const Samples<T>& samples, const std::int64_t* order, Index n_order, Index batch_size,
                Index first_batch, double loss_sum, const double* rates, double seconds) {
    return run(samples, Plan{order, n_order, batch_size, first_batch, loss_sum, rates, seconds, true});
  }

  // The mean loss of all samples with penalties, as loss_sum / n; its gradients are left in gradients().
  Outcome evaluate(const Samples<T>& samples, const std::int64_t* order) {
    return run(samples, Plan{order, samples.n, samples.n, 0, 0.0, nullptr, 0.0, false});
  }

  // Predictions (n, n_out) for all samples, and their losses (n,), without penalties.
  Fault measure(const Samples<T>& samples, const std::int64_t* order, T* out, double* losses);

 private:
  using Clock = std::chrono::steady_clock;

  struct Plan {
    const std::int64_t* order;
    Index n_order, batch_size, first_batch;
    double loss_sum;
    const double* rates;
    double seconds;
    bool update;
  };

  // What the threads of one call share.
  struct Shared {
    Barrier barrier;
    int threads = 1;
    std::atomic<int> fault{0};          // of the sweeps; it keeps the batch from moving anything
    std::atomic<bool> bad_move{false};  // a parameter is no longer finite
    std::atomic<Index> next_tile{0}, next_move{0};
    double loss = 0;     // of the batch: sum of weight x loss; thread 0 writes it
    bool leave = false;  // decided at the barrier that ends a batch, read behind it
    std::vector<Tile> tiles;
    Outcome outcome;
    Clock::time_point deadline;
    Index look_every = 1;

    void report(Fault f) {
      if (f != Fault::none) fault.store(static_cast<int>(f), std::memory_order_relaxed);
    }
    bool faulty() const { return fault.load(std::memory_order_relaxed) != 0; }
  };

  // One batch, as each thread sees it.
  struct Batch {
    const std::int64_t* order;  // of the batch
    Index rows;
    double weight_sum;
    Index at = 0, chunk = 0;  // the chunk's first row, and its rows
    Step<T> step{};
    T decay = 0;

    bool last_chunk() const { return at + chunk == rows; }
  };

  struct Member {
    int number;
    Scratch<T>& scratch;
    std::int64_t t;  // steps taken
    Power power_1, power_2;
  };

  Outcome run(const Samples<T>& samples, const Plan& plan);
  void go_through(const Samples<T>& samples, const Plan& plan, Shared& shared, int number);
  void sum_gradients(const Samples<T>& samples, const Plan& plan, Shared& shared, Member& me, Batch& batch);
  void work_on_tile(const Samples<T>& samples, const Plan& plan, Shared& shared, Member& me, const Batch& batch,
                    const Tile& tile);
  void add_penalty(const Tile& tile, double weight_sum);
  void move_tile(const Batch& batch, const Tile& tile, Shared& shared);
  void clip_and_move(Batch& batch, Shared& shared);
  void end_batch(const Plan& plan, Shared& shared, const Batch& batch, Index done) const;
  double gradient_norm() const;
  Step<T> step_settings(double rate, Member& me) const;
  double chunk_loss(const Samples<T>& samples, const Batch& batch) const;
  std::vector<Tile> tiles_for(int threads) const;
  int threads_for(Index rows, double enough, const Call& call) const;
  void make_room(Index rows, bool sparse, int threads);

  bool has_penalty() const { return settings_.l1 != 0 || settings_.l2 != 0; }

  Network<T> net_;
  Settings settings_;
  Storage<T> parameters_, gradients_, first_, second_;
  std::int64_t steps_ = 0;
  Workspace<T> ws_;
  Team team_;
  std::vector<Scratch<T>> scratch_;
  std::vector<double> penalties_;  // of each row of weights, so that their sum does not depend on tiles
};

// ---- setting up -----------------------------------------------------------------------------------------------------

// Threads pay where each gets `enough` operations of those that `rows` take, and finds a processor.
template <class T> int Trainer<T>::threads_for(Index rows, double enough, const Call& call) const {
  return threads_worth(settings_.threads, net_.work() * static_cast<double>(rows) / enough, rows, call);
}

// All memory is taken here, before any thread starts: one that ran out of it could only end the process.
template <class T> void Trainer<T>::make_room(Index rows, bool sparse, int threads) {
  ws_.make_room(net_, rows, sparse);
  while (scratch_.size() < static_cast<std::size_t>(threads))
    scratch_.emplace_back(std::max(net_.widest, net_.n_out()));
}

template <class T> std::vector<Tile> Trainer<T>::tiles_for(int threads) const {
  double total = 0;
  for (const Layer& layer : net_.layers) total += static_cast<double>(layer.n_weights());
  std::vector<Tile> tiles;
  for (std::size_t l = net_.layers.size(); l-- > 0;) {
    const Layer& layer = net_.layers[l];
    const double share = total / (4.0 * threads) / static_cast<double>(layer.n_out);
    // as even as whole tiles of a product allow
    const Index most = threads == 1 ? layer.n_in : std::max<Index>(LEAST_ROWS, static_cast<Index>(share));
    const Index parts = (layer.n_in + most - 1) / most;
    const Index rows = ((layer.n_in + parts - 1) / parts + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
    for (Index i = 0; i < layer.n_in; i += rows) tiles.push_back({l, i, std::min(layer.n_in, i + rows)});
  }
  // the largest first: small ones at the end leave the threads little to wait for
  std::stable_sort(tiles.begin(), tiles.end(), [&](const Tile& a, const Tile& b) {
    return (a.i1 - a.i0) * net_.layers[a.layer].n_out > (b.i1 - b.i0) * net_.layers[b.layer].n_out;
  });
  return tiles;
}

template <class T> Outcome Trainer<T>::run(const Samples<T>& samples, const Plan& plan) {
  const Index batch_size = std::max<Index>(1, std::min(plan.batch_size, plan.n_order));
  const Index rows = std::min(batch_size, CHUNK);
  const Call call;
  const int wanted = threads_for(rows, ENOUGH_TO_TRAIN, call);
  make_room(rows, samples.x == nullptr, wanted);
  if (has_penalty()) {
    Index n_in = 0;
    for (const Layer& layer : net_.layers) n_in += layer.n_in;
    penalties_.assign(static_cast<std::size_t>(n_in), 0.0);
  }
  Shared shared;
  shared.outcome.loss_sum = plan.loss_sum;
  const std::chrono::duration<double> time(plan.seconds > 0 ? std::min(plan.seconds, 1e9) : 1e9);
  shared.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
  shared.look_every = net_.work() * static_cast<double>(batch_size) > 1e6 ? 1 : 128;
  team_.run(
      wanted,
      [&](int threads) {
        shared.threads = threads;
        shared.barrier.set_size(threads);
        shared.tiles = tiles_for(threads);
      },
      [&](int number) { go_through(samples, plan, shared, number); });
  shared.outcome.fault = shared.bad_move ? Fault::bad_parameters : static_cast<Fault>(shared.fault.load());
  return shared.outcome;
}

}  // namespace backlit

#include "epoch.h"
#include "measure.h"
