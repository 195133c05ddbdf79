// Predictions and their losses, chunk by chunk, so that room is needed for one chunk's activations only.
#pragma once

#include "trainer.h"

namespace backlit {

template <class T>
Fault Trainer<T>::measure(const Samples<T>& samples, const std::int64_t* order, T* out, double* losses) {
  const Call call;
  const int wanted = threads_for(samples.n, ENOUGH_TO_PREDICT, call);
  make_room(std::min(samples.n, CHUNK), samples.x == nullptr, wanted);
  const std::size_t last = net_.layers.size() - 1;
  const Index n_out = net_.n_out();
  std::atomic<int> worst{0};
  int threads = 1;
  const auto part = [&](int number) {
    for (Index at = 0; at < samples.n; at += CHUNK) {
      // the same rows of the workspace in every chunk, since nobody waits for those still in the chunk before
      const Index n = std::min(CHUNK, samples.n - at), share = (std::min(CHUNK, samples.n) + threads - 1) / threads;
      const Index r0 = std::min(n, number * share), r1 = std::min(n, r0 + share);
      const Rows rows{order + at, r0, r1};
      T* z = ws_.values[last].data() + r0 * n_out;
      Fault fault = gather(net_, samples, rows, 1.0, true, ws_);
      if (fault == Fault::none)
        fault = forward_rows(net_, parameters_.data(), samples, rows, false, 0, NO_MASKS, 0, ws_,
                             scratch_[static_cast<std::size_t>(number)]);
      if (fault == Fault::bad_index) worst = static_cast<int>(fault);
      if (fault != Fault::bad_index) {
        const Targets<T> targets{samples.y ? ws_.y.data() + r0 * n_out : nullptr, ws_.labels.data() + r0};
        head(net_.output, r1 - r0, z, targets, ws_.slopes[last].data() + r0 * n_out, ws_.losses.data() + r0,
             ws_.log_sums.data() + r0);
        std::copy_n(ws_.losses.data() + r0, r1 - r0, losses + at + r0);
        std::copy_n(z, (r1 - r0) * n_out, out + (at + r0) * n_out);
      }
    }
  };
  team_.run(wanted, [&](int n) { threads = n; }, part);
  return static_cast<Fault>(worst.load());
}

}  // namespace backlit
