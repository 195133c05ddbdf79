// The barrier between the phases of threads that work together.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace backlit {

constexpr int SPINS = 4000;  // looks before going to sleep, since phases are short: some 0.1 ms

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// How many processors this thread may run on.
inline int processors() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
  return static_cast<int>(std::thread::hardware_concurrency());
}

class Barrier {
 public:
  void set_size(int size) {
    size_ = size;
    // who looks on takes the processor from one that is waited for, where there are too few
    spins_ = size <= processors() ? SPINS : 0;
  }

  void wait() {
    wait([] {});
  }

  // The last to arrive calls `decide` while all others wait: what it writes is the same for everybody behind the
  // barrier, whatever the fastest of them does next.
  template <class Decide> void wait(Decide decide) {
    if (size_ == 1) return decide();
    const unsigned phase = phase_.load(std::memory_order_acquire);
    const int size = size_, spins = spins_;  // read before arriving: once all have arrived, they may be set anew
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size) {
      arrived_.store(0, std::memory_order_relaxed);
      decide();
      {
        std::lock_guard<std::mutex> lock(mutex_);
        phase_.store(phase + 1, std::memory_order_release);
      }
      changed_.notify_all();
      return;
    }
    for (int i = 0; i < spins; ++i) {
      if (phase_.load(std::memory_order_acquire) != phase) return;
      relax();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return phase_.load(std::memory_order_acquire) != phase; });
  }

 private:
  int size_ = 1, spins_ = 0;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> phase_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace backlit
