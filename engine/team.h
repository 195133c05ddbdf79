// Threads that work on one epoch together, and the barrier between its phases.
//
// They live as long as the call: nothing is left behind for a fork to trip over.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace backlit {

class Barrier {
 public:
  void set_size(int size) { size_ = size; }

  void wait() {
    wait([] {});
  }

  // The last to arrive calls `decide` while all others wait: what it writes is the same for everybody behind the
  // barrier, whatever the fastest of them does next.
  template <class Decide> void wait(Decide decide) {
    if (size_ == 1) return decide();
    const unsigned phase = phase_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      decide();
      {
        std::lock_guard<std::mutex> lock(mutex_);
        phase_.store(phase + 1, std::memory_order_release);
      }
      changed_.notify_all();
      return;
    }
    // phases are short: look for a while before going to sleep
    for (int i = 0; i < SPINS; ++i) {
      if (phase_.load(std::memory_order_acquire) != phase) return;
      pause();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return phase_.load(std::memory_order_acquire) != phase; });
  }

 private:
  static constexpr int SPINS = 4000;

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  int size_ = 1;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> phase_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

// Linux starts a thread where its maker runs, and leaves both there for longer than a short epoch lasts: each would wait
// for the other to be given the processor. So a helper keeps off its maker's, as long as it lives, if it has another.
inline int this_processor() {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

inline void keep_off([[maybe_unused]] int processor) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (processor < 0 || processor >= CPU_SETSIZE || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  CPU_CLR(processor, &allowed);
  if (CPU_COUNT(&allowed) > 0) static_cast<void>(sched_setaffinity(0, sizeof allowed, &allowed));
#endif
}

// Run work(member) on `wanted` threads, this one among them; fewer where the system gives no more. `start` is told how
// many there are before any begins.
template <class Start, class Work> void run_team(int wanted, Start start, Work work) {
  std::mutex mutex;
  std::condition_variable ready;
  bool go = false;
  const int here = this_processor();
  std::vector<std::thread> others;
  others.reserve(static_cast<std::size_t>(wanted));
  try {
    for (int member = 1; member < wanted; ++member)
      others.emplace_back([&, member] {
        keep_off(here);
        {
          std::unique_lock<std::mutex> lock(mutex);
          ready.wait(lock, [&] { return go; });
        }
        work(member);
      });
  } catch (const std::system_error&) {
    // as many as there are will do: the result is the same
  }
  start(static_cast<int>(others.size()) + 1);
  {
    std::lock_guard<std::mutex> lock(mutex);
    go = true;
  }
  ready.notify_all();
  work(0);
  for (std::thread& other : others) other.join();
}

}  // namespace backlit
