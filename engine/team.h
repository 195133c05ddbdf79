// Threads that work on one call together.
//
// Helpers live as long as their team, for a call may take less time than a thread takes to start. Between calls they
// look for the next one for a while and then sleep. A forked process has no helpers, and makes its own.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>
#include <vector>

#include "barrier.h"

#if defined(__linux__)
#include <pthread.h>
#endif
#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace backlit {

// Linux starts a thread where its maker runs, and leaves both there for longer than a short epoch lasts: each would wait
// for the other to be given the processor. So helpers keep off their caller's, if they have another.
inline int this_processor() {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

inline void keep_off([[maybe_unused]] std::thread& thread, [[maybe_unused]] int processor) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (processor < 0 || processor >= CPU_SETSIZE || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  CPU_CLR(processor, &allowed);
  if (CPU_COUNT(&allowed) > 0)
    static_cast<void>(pthread_setaffinity_np(thread.native_handle(), sizeof allowed, &allowed));
#endif
}

inline std::int64_t this_process() {
#if defined(_WIN32)
  return 0;
#else
  return static_cast<std::int64_t>(getpid());
#endif
}

// The helpers of one process, and the call that they are to work on.
class Helpers {
 public:
  Helpers() : process_(this_process()) {}
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  ~Helpers() {
    tell(LEAVE);
    for (std::thread& thread : threads_) thread.join();
  }

  bool are_here() const { return process_ == this_process(); }

  // Have as many as that, or as the system gives; return how many there are.
  int grow(int wanted) {
    const int here = this_processor();
    if (here != off_)
      for (std::thread& thread : threads_) keep_off(thread, here);
    off_ = here;
    try {
      threads_.reserve(static_cast<std::size_t>(wanted));
      while (static_cast<int>(threads_.size()) < wanted) {
        const int member = static_cast<int>(threads_.size()) + 1;
        threads_.emplace_back([this, member, seen = call_.load()] { serve(member, seen); });
        keep_off(threads_.back(), here);
      }
    } catch (const std::system_error&) {
      // as many as there are will do: the result is the same
    }
    return std::min(wanted, static_cast<int>(threads_.size()));
  }

  // work(0) here, and work(1) ... work(n) by the first n helpers.
  void run(int n, const std::function<void(int)>& work) {
    work_ = &work;
    end_.set_size(n + 1);
    tell(static_cast<std::uint64_t>(n));
    work(0);
    end_.wait();
  }

 private:
  static constexpr std::uint64_t LEAVE = 0xffffffff;  // more than there ever are

  // A call's number and how many are to help in it, in one word: who is not to help reads nothing else of it.
  void tell(std::uint64_t n) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      call_.store(((call_.load() >> 32) + 1) << 32 | n, std::memory_order_release);
    }
    told_.notify_all();
  }

  void serve(int member, std::uint64_t seen) {
    for (;;) {
      seen = next_call(seen);
      const std::uint64_t n = seen & LEAVE;
      if (n == LEAVE) return;
      if (static_cast<std::uint64_t>(member) > n) continue;
      (*work_)(member);
      end_.wait();
    }
  }

  std::uint64_t next_call(std::uint64_t seen) {
    for (int i = 0; i < SPINS; ++i) {
      const std::uint64_t call = call_.load(std::memory_order_acquire);
      if (call != seen) return call;
      relax();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    told_.wait(lock, [&] { return call_.load(std::memory_order_acquire) != seen; });
    return call_.load(std::memory_order_acquire);
  }

  const std::int64_t process_;
  int off_ = -1;  // the processor that helpers keep off
  const std::function<void(int)>* work_ = nullptr;
  Barrier end_;
  std::atomic<std::uint64_t> call_{0};
  std::mutex mutex_;
  std::condition_variable told_;
  std::vector<std::thread> threads_;
};

// One of the calls that go on in this process, which share its processors.
class Call {
 public:
  Call() {
    // who was in a call when this process was forked is not here
    if (process().exchange(this_process()) != this_process()) going_on() = 0;
    const int others = going_on()++;
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    if (others > 0) last_shared() = now;
    sharing_ = now - last_shared().load() < LONG ? std::max(others + 1, 2) : 1;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { --going_on(); }

  // How many share. Those between two epochs do too, so that it takes a while until a call counts as alone.
  int sharing() const { return sharing_; }

 private:
  using Time = std::chrono::steady_clock::duration;
  static constexpr Time LONG = std::chrono::milliseconds(100);

  static std::atomic<int>& going_on() {
    static std::atomic<int> count{0};
    return count;
  }

  static std::atomic<std::int64_t>& process() {
    static std::atomic<std::int64_t> id{this_process()};
    return id;
  }

  static std::atomic<Time>& last_shared() {
    static std::atomic<Time> time{-LONG};
    return time;
  }

  int sharing_;
};

// operations: an epoch finds the helpers awake from the one before; for a prediction they have to wake up, or to start
constexpr double ENOUGH_TO_TRAIN = 6e5, ENOUGH_TO_PREDICT = 1.5e7;

// How many threads pay for so many rows: `setting` of them, or, below 0, at most that many, as many as `shares` of work
// there are that are worth one, and as find a processor.
inline int threads_worth(int setting, double shares, Index rows, const Call& call) {
  double wanted = std::abs(setting);
  if (setting < 0) wanted = std::min(wanted / call.sharing(), shares);
  return static_cast<int>(std::max(1.0, std::min(wanted, static_cast<double>(rows / 8))));
}

class Team {
 public:
  Team() = default;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team() { forget_those_of_another_process(); }

  // Run work(member) on `wanted` threads, this one among them; fewer where the system gives no more. `start` is told
  // how many there are before any begins.
  template <class Start, class Work> void run(int wanted, Start start, Work work) {
    forget_those_of_another_process();
    if (!helpers_ && wanted > 1) helpers_ = std::make_unique<Helpers>();
    const int n = wanted > 1 ? helpers_->grow(wanted - 1) : 0;
    start(n + 1);
    if (n == 0) return work(0);
    helpers_->run(n, work);
  }

 private:
  // After a fork there is nobody to join, and locks are as they were: the memory is left alone.
  void forget_those_of_another_process() {
    if (helpers_ && !helpers_->are_here()) static_cast<void>(helpers_.release());
  }

  std::unique_ptr<Helpers> helpers_;
};

}  // namespace backlit
