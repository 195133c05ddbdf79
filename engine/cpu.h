// What this processor can do. Compiled for the plainest one, so that it can be asked anywhere.
#pragma once

#include <string>
#include <vector>

#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
#include <immintrin.h>
#include <intrin.h>
#endif

namespace backlit {

inline bool has_avx2() {
#if defined(_MSC_VER) && defined(_M_X64)
  int info[4];
  __cpuid(info, 1);
  const bool fma = (info[2] & (1 << 12)) != 0, saved = (info[2] & (1 << 27)) != 0;
  if (!fma || !saved || (_xgetbv(0) & 6) != 6) return false;
  __cpuidex(info, 7, 0);
  return (info[1] & (1 << 5)) != 0;
#elif defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

// The levels this processor has, the widest last.
inline std::vector<std::string> levels() {
  std::vector<std::string> names{"baseline"};
  if (has_avx2()) names.push_back("avx2");
  return names;
}

}  // namespace backlit
