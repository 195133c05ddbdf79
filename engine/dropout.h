// Dropout masks from a counter: the mask of a unit is a function of seed, step, layer, row and unit, so it is the same
// at any number of threads and can be drawn again. Equations: dropout_mask, dropout_forward, dropout_backward.
#pragma once

#include "packets.h"

namespace backlit {

// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators": SplitMix64's output function.
inline std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr std::uint64_t GOLDEN = 0x9e3779b97f4a7c15ULL;

inline std::uint64_t mask_key(std::uint64_t seed, std::uint64_t step, std::uint64_t layer) {
  return mixed(mixed(mixed(seed + GOLDEN) + step * GOLDEN) + (layer + 1) * GOLDEN);
}

// 0 with probability `rate`, else 1 / (1 - rate).
template <class T> inline T mask_at(std::uint64_t key, std::uint64_t place, double rate) {
  const double uniform = static_cast<double>(mixed(key + place * GOLDEN) >> 11) * 0x1p-53;
  return uniform >= rate ? static_cast<T>(1.0 / (1.0 - rate)) : T(0);
}

// Apply the masks of n units, the first of which is number `first` of the batch, to values and slopes alike: what is
// dropped on the way up gets no error on the way down.
template <class T>
inline void drop(std::uint64_t key, double rate, Index first, Index n, T* values, T* slopes) {
  for (Index i = 0; i < n; ++i) {
    const T mask = mask_at<T>(key, static_cast<std::uint64_t>(first + i), rate);
    values[i] *= mask;
    slopes[i] *= mask;
  }
}

}  // namespace backlit
