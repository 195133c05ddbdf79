// Memory for the engine's arrays: aligned to the caches' lines, and large arrays in large pages where Linux has them.
// A row of a wide matrix lies in a page of its own otherwise, and the processor looks up an address for each.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace backlit {

constexpr std::size_t CACHE_LINE = 64;
constexpr std::size_t LARGE_PAGE = std::size_t(2) << 20;

template <class T> struct Pages {
  using value_type = T;

  Pages() = default;
  template <class U> Pages(const Pages<U>&) {}

  T* allocate(std::size_t n) {
    if (n > (std::numeric_limits<std::size_t>::max() - LARGE_PAGE) / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = size_of(n);
    void* p = ::operator new(bytes, alignment_of(n));
#if defined(__linux__)
    // a wish: where it is refused, the memory is as good as any
    if (is_large(n)) static_cast<void>(madvise(p, bytes, MADV_HUGEPAGE));
#endif
    return static_cast<T*>(p);
  }
  void deallocate(T* p, std::size_t n) noexcept { ::operator delete(p, size_of(n), alignment_of(n)); }

  friend bool operator==(const Pages&, const Pages&) { return true; }
  friend bool operator!=(const Pages&, const Pages&) { return false; }

 private:
  static bool is_large(std::size_t n) { return n * sizeof(T) >= LARGE_PAGE / 2; }
  static std::align_val_t alignment_of(std::size_t n) {
    return static_cast<std::align_val_t>(is_large(n) ? LARGE_PAGE : CACHE_LINE);
  }
  static std::size_t size_of(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    return is_large(n) ? (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE : bytes;
  }
};

template <class T> using Storage = std::vector<T, Pages<T>>;

// Memory that begins as it comes: for room that is written before it is read, and then costs what is used of it.
template <class T> struct PagesAsTheyCome : Pages<T> {
  template <class U> struct rebind {
    using other = PagesAsTheyCome<U>;
  };
  template <class U> void construct(U* p) { ::new (static_cast<void*>(p)) U; }
};

template <class T> using Space = std::vector<T, PagesAsTheyCome<T>>;

}  // namespace backlit
