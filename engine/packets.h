// Vectors of the machine's width, by way of Eigen's portable packets, and the functions of them that the equations need.
//
// A tail shorter than a packet goes through the same packet functions, so an element's result never depends on where
// in an array it stands. That is one half of "the same bits at any number of threads"; gemm.h is the other.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <Eigen/Core>

namespace backlit {

using Index = std::int64_t;
namespace ei = Eigen::internal;

template <class T> using Packet = typename ei::packet_traits<T>::type;
template <class T> constexpr int lanes = ei::unpacket_traits<Packet<T>>::size;

template <class T> inline Packet<T> load(const T* p) { return ei::ploadu<Packet<T>>(p); }
template <class T> inline Packet<T> all(T value) { return ei::pset1<Packet<T>>(value); }

inline void prefetch(const void* p) {
#if defined(__GNUC__)
  __builtin_prefetch(p);
#else
  static_cast<void>(p);
#endif
}

// Run f(offset, count) over n elements, whole packets first.
template <class T, class F> inline void by_packets(Index n, F f) {
  Index i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) f(i, lanes<T>);
  if (i < n) f(i, static_cast<int>(n - i));
}

template <class T> inline Packet<T> load_some(const T* p, int count, T rest = T(0)) {
  if (count == lanes<T>) return load(p);
  alignas(64) T whole[lanes<T>];
  for (int i = 0; i < lanes<T>; ++i) whole[i] = i < count ? p[i] : rest;
  return load<T>(whole);
}

template <class T> inline void store_some(T* p, int count, const Packet<T>& value) {
  if (count == lanes<T>) return ei::pstoreu(p, value);
  alignas(64) T whole[lanes<T>];
  ei::pstoreu(whole, value);
  for (int i = 0; i < count; ++i) p[i] = whole[i];
}

// Watches a stream of values: finite() is false after any NaN or infinity, since 0 times either is NaN.
template <class T> class Watch {
 public:
  void see(const Packet<T>& value) { sum_ = ei::pmadd(value, all(T(0)), sum_); }
  bool finite() const { return std::isfinite(ei::predux(sum_)); }

 private:
  Packet<T> sum_ = all(T(0));
};

// Functions of packets. T is the number type; P, its packet, follows from it.

template <class T> inline Packet<T> where(const Packet<T>& mask, const Packet<T>& yes, const Packet<T>& no) {
  return ei::pselect(mask, yes, no);
}

// e^x: 0 and infinity beyond the range of normal numbers, where Eigen's stops short.
template <class T> inline Packet<T> exp_of(const Packet<T>& x) {
  const T low = sizeof(T) == 4 ? T(-87.33654) : T(-708.3964185322641);
  const T high = sizeof(T) == 4 ? T(88.72283) : T(709.782712893384);
  const Packet<T> e = ei::pexp(x);
  const Packet<T> up = where<T>(ei::pcmp_lt(all(high), x), all(std::numeric_limits<T>::infinity()), e);
  return where<T>(ei::pcmp_lt(x, all(low)), all(T(0)), up);
}

// e^x - 1 for x <= 0: a Taylor series near 0, where the subtraction would lose digits. `e` is exp_of(x).
template <class T> inline Packet<T> expm1_of(const Packet<T>& x, const Packet<T>& e) {
  const int terms = sizeof(T) == 4 ? 8 : 14;
  Packet<T> series = all(T(1));
  for (int k = terms; k > 1; --k) series = ei::pmadd(series, ei::pmul(x, all(T(1) / T(k))), all(T(1)));
  return where<T>(ei::pcmp_lt(all(T(-0.35)), x), ei::pmul(series, x), ei::psub(e, all(T(1))));
}

// log(1 + e) for 0 <= e <= 1; the quotient makes good what 1 + e rounds away.
template <class T> inline Packet<T> log1p_of(const Packet<T>& e) {
  const Packet<T> u = ei::padd(all(T(1)), e);
  const Packet<T> rounded = ei::psub(u, all(T(1)));
  const Packet<T> none = ei::pcmp_eq(rounded, all(T(0)));
  const Packet<T> ratio = ei::pdiv(e, where<T>(none, all(T(1)), rounded));
  return where<T>(none, e, ei::pmul(ei::plog(u), ratio));
}

// A scalar function of the standard library, lane by lane.
template <class T, class F> inline Packet<T> lane_by_lane(const Packet<T>& x, F f) {
  alignas(64) T values[lanes<T>];
  ei::pstoreu(values, x);
  for (T& value : values) value = f(value);
  return load<T>(values);
}

}  // namespace backlit
