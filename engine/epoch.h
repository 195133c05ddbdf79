// The loop over batches: what each thread does in a call of Trainer::epoch or Trainer::evaluate.
#pragma once

#include "trainer.h"

namespace backlit {

template <class T>
void Trainer<T>::go_through(const Samples<T>& samples, const Plan& plan, Shared& shared, int number) {
  const std::int64_t t = steps_;
  Member me{number, scratch_[static_cast<std::size_t>(number)], t, Power(settings_.hyper.beta_1),
            Power(settings_.hyper.beta_2)};
  me.power_1.go_to(t);
  me.power_2.go_to(t);
  Index done = 0;
  for (Index at = plan.first_batch * plan.batch_size; at < plan.n_order; at += plan.batch_size) {
    Batch batch{plan.order + at, std::min(plan.batch_size, plan.n_order - at), 0.0};
    batch.weight_sum = static_cast<double>(batch.rows);
    if (samples.weights) {
      batch.weight_sum = 0;
      for (Index r = 0; r < batch.rows; ++r) {
        const std::int64_t i = batch.order[r];
        if (i >= 0 && i < samples.n) batch.weight_sum += static_cast<double>(samples.weights[i]);
      }
    }
    const double rate = plan.update ? plan.rates[plan.first_batch + done] : 0.0;
    ++done;
    // where no sample counts there is neither a loss nor a way to go
    if (batch.weight_sum != 0) {
      if (plan.update) batch.step = step_settings(rate, me);
      batch.decay = static_cast<T>(rate * settings_.weight_decay);
      sum_gradients(samples, plan, shared, me, batch);
      if (!shared.faulty() && plan.update && settings_.clip_norm > 0) clip_and_move(batch, shared);
    }
    // only behind the last tile is everything known; and one decision for all, since whoever is first in the next batch
    // may report its fault before the last has read this one
    shared.barrier.wait([&] { end_batch(plan, shared, batch, done); });
    if (shared.leave) break;
  }
  // a batch whose loss was not finite moved nothing
  if (number == 0) steps_ = me.t - (plan.update && shared.faulty() ? 1 : 0);
}

// While all threads wait: the loss is added up, and whether to go on is decided.
template <class T> void Trainer<T>::end_batch(const Plan& plan, Shared& shared, const Batch& batch, Index done) const {
  shared.outcome.batches = done;
  if (batch.weight_sum != 0 && !shared.faulty()) {
    double penalty = 0;
    if (has_penalty())
      for (const double row : penalties_) penalty += row;
    const double mean = (settings_.loss_scale * shared.loss + penalty) / batch.weight_sum;
    shared.outcome.loss_sum += mean * static_cast<double>(batch.rows);
  }
  const bool over = plan.seconds > 0 && done % shared.look_every == 0 && Clock::now() >= shared.deadline;
  shared.leave = shared.faulty() || shared.bad_move || over;
}

// Both phases of a batch, chunk by chunk. In the last one the tiles move as soon as their gradient is known, unless it
// has to be clipped first.
template <class T>
void Trainer<T>::sum_gradients(const Samples<T>& samples, const Plan& plan, Shared& shared, Member& me, Batch& batch) {
  for (; batch.at < batch.rows; batch.at += batch.chunk) {
    batch.chunk = std::min(CHUNK, batch.rows - batch.at);
    // behind the barrier at the end of the last tiles, and before the one that lets the next begin
    if (me.number == 0) shared.next_tile = shared.next_move = 0;
    const Index share = (batch.chunk + shared.threads - 1) / shared.threads;
    const Index r0 = std::min(batch.chunk, me.number * share);
    const Rows rows{batch.order + batch.at, r0, std::min(batch.chunk, r0 + share)};
    Fault fault = gather(net_, samples, rows, batch.weight_sum, true, ws_);
    if (fault == Fault::none)
      fault = forward_rows(net_, parameters_.data(), samples, rows, true, settings_.seed, plan.update ? me.t : NO_MASKS,
                           batch.at, ws_, me.scratch);
    if (fault == Fault::none) fault = backward_rows(net_, parameters_.data(), samples, rows, ws_, me.scratch);
    shared.report(fault);
    shared.barrier.wait();
    if (shared.faulty()) return;
    if (me.number == 0) shared.loss = (batch.at > 0 ? shared.loss : 0.0) + chunk_loss(samples, batch);
    const auto n_tiles = static_cast<Index>(shared.tiles.size());
    for (Index i = shared.next_tile++; i < n_tiles; i = shared.next_tile++)
      work_on_tile(samples, plan, shared, me, batch, shared.tiles[static_cast<std::size_t>(i)]);
    if (batch.last_chunk()) break;
    shared.barrier.wait();
  }
}

template <class T> double Trainer<T>::chunk_loss(const Samples<T>& samples, const Batch& batch) const {
  double sum = 0;
  for (Index r = 0; r < batch.chunk; ++r) {
    const double weight = samples.weights ? double(samples.weights[batch.order[batch.at + r]]) : 1.0;
    sum += weight * ws_.losses[static_cast<std::size_t>(r)];
  }
  return sum;
}

template <class T>
void Trainer<T>::work_on_tile(const Samples<T>& samples, const Plan& plan, Shared& shared, Member& me,
                              const Batch& batch, const Tile& tile) {
  const Layer& layer = net_.layers[tile.layer];
  T* dW = gradients_.data() + layer.weights_at + tile.i0 * layer.n_out;
  const bool add = batch.at > 0;
  weight_gradient(net_, tile.layer, tile.i0, tile.i1, batch.chunk, samples, batch.order + batch.at, ws_, dW, add,
                  me.scratch);
  if (tile.i0 == 0 && layer.biased)
    bias_gradient(batch.chunk, layer.n_out, ws_.slopes[tile.layer].data(), gradients_.data() + layer.biases_at, add);
  if (!batch.last_chunk()) return;
  if (has_penalty()) add_penalty(tile, batch.weight_sum);
  if (plan.update && settings_.clip_norm <= 0) move_tile(batch, tile, shared);
}

// term(0) + ... + term(n - 1), in four sums side by side: one alone would wait for each of its additions.
template <class Term> double sum_of(Index n, Term term) {
  double a = 0, b = 0, c = 0, d = 0;
  Index i = 0;
  for (; i + 4 <= n; i += 4) {
    a += term(i);
    b += term(i + 1);
    c += term(i + 2);
    d += term(i + 3);
  }
  for (; i < n; ++i) a += term(i);
  return (a + b) + (c + d);
}

// dW += (l1 sign(W) + l2 W) / sum of weights; and the rows' parts of l1 |W| + l2 / 2 W^2, for the loss.
template <class T> void Trainer<T>::add_penalty(const Tile& tile, double weight_sum) {
  const Layer& layer = net_.layers[tile.layer];
  Index first_row = 0;
  for (std::size_t l = 0; l < tile.layer; ++l) first_row += net_.layers[l].n_in;
  const T l1 = static_cast<T>(settings_.l1 / weight_sum), l2 = static_cast<T>(settings_.l2 / weight_sum);
  for (Index i = tile.i0; i < tile.i1; ++i) {
    const T* W = parameters_.data() + layer.weights_at + i * layer.n_out;
    T* dW = gradients_.data() + layer.weights_at + i * layer.n_out;
    for (Index j = 0; j < layer.n_out; ++j) dW[j] += l2 * W[j];
    const double squares = sum_of(layer.n_out, [W](Index j) { return double(W[j]) * double(W[j]); });
    double sizes = 0;
    if (settings_.l1 != 0) {
      for (Index j = 0; j < layer.n_out; ++j) dW[j] += l1 * sign(W[j]);
      sizes = sum_of(layer.n_out, [W](Index j) { return std::abs(double(W[j])); });
    }
    penalties_[static_cast<std::size_t>(first_row + i)] = settings_.l1 * sizes + 0.5 * settings_.l2 * squares;
  }
}

template <class T> void Trainer<T>::move_tile(const Batch& batch, const Tile& tile, Shared& shared) {
  const Layer& layer = net_.layers[tile.layer];
  const auto go = [&](Index at, Index n, T decay) {
    if (!move(batch.step, n, decay, gradients_.data() + at, parameters_.data() + at, first_.data() + at,
              second_.data() + at))
      shared.bad_move.store(true, std::memory_order_relaxed);
  };
  const Index n = (tile.i1 - tile.i0) * layer.n_out, at = layer.weights_at + tile.i0 * layer.n_out;
  const bool biases = layer.biased && tile.i0 == 0;
  // one stretch where the biases follow the weights at once, and nothing decays
  if (biases && batch.decay == 0 && at + n == layer.biases_at) return go(at, n + layer.n_out, T(0));
  go(at, n, batch.decay);
  if (biases) go(layer.biases_at, layer.n_out, T(0));
}

// Equations: global_norm, clipped. Every thread finds the norm for itself, in the same order.
template <class T> void Trainer<T>::clip_and_move(Batch& batch, Shared& shared) {
  shared.barrier.wait();
  const double norm = gradient_norm();
  // a norm that is not finite scales by 0 or NaN, and the parameters show it
  batch.step.scale = norm <= settings_.clip_norm ? T(1) : static_cast<T>(settings_.clip_norm / norm);
  const auto n_tiles = static_cast<Index>(shared.tiles.size());
  for (Index i = shared.next_move++; i < n_tiles; i = shared.next_move++)
    move_tile(batch, shared.tiles[static_cast<std::size_t>(i)], shared);
}

template <class T> double Trainer<T>::gradient_norm() const {
  const T* g = gradients_.data();
  const auto n = static_cast<Index>(gradients_.size());
  double squares = sum_of(n, [g](Index i) { return double(g[i]) * double(g[i]); });
  if (std::isfinite(squares) && squares > 1e-200) return std::sqrt(squares);
  double top = 0;
  for (Index i = 0; i < n; ++i) top = std::max(top, std::abs(double(g[i])));
  if (top == 0 || !std::isfinite(top)) return std::isnan(squares) ? squares : top;
  squares = sum_of(n, [g, top](Index i) { return (double(g[i]) / top) * (double(g[i]) / top); });
  return top * std::sqrt(squares);
}

template <class T> Step<T> Trainer<T>::step_settings(double rate, Member& me) const {
  const Hyper& h = settings_.hyper;
  ++me.t;
  if (settings_.optimizer == Optimizer::adam) {
    // both factors are 1 in the end
    const double past_1 = me.power_1.next(me.t), past_2 = me.power_2.next(me.t);
    rate *= std::sqrt(1 - past_2) / (1 - past_1);
  }
  return {settings_.optimizer, static_cast<T>(rate),       static_cast<T>(h.momentum),  static_cast<T>(h.beta_1),
          static_cast<T>(h.beta_2), static_cast<T>(h.epsilon), T(1), static_cast<T>(1 - h.beta_1),
          static_cast<T>(1 - h.beta_2)};
}

}  // namespace backlit
