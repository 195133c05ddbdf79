// C (rows, columns) = A (rows, depth) @ B (depth, columns), or C += it, and biases on top: packed panels and a kernel
// that keeps a tile of C in registers.
//
// Each entry of C is summed over the depth in the same order, whatever the tile it falls in and however rows and columns
// were split over threads: block by block of DEPTH_BLOCK, within a block one term after another. So splitting changes
// no bit of a result.
#pragma once

#include <cstring>
#include <utility>

#include "matrix.h"

namespace backlit {

// A tile of C: the first ROWS x N packets' width of it. a is read at a[r * a_row + k * a_depth], b at
// b[k * b_depth + column]. Rows and packets are unrolled by fold expressions: loops over an array of sums may leave the
// array in memory, at a third of the speed.
template <class T, int N, int... R>
inline void tile(std::integer_sequence<int, R...>, Index depth, const T* a, Index a_row, Index a_depth, const T* b,
                 Index b_depth, const Goal<T>& c, int columns) {
  static_assert(N == 1 || N == 2, "one or two packets of columns");
  constexpr int L = lanes<T>;
  const T* goal = c.scaled ? c.scaled : c.data;
  (prefetch(goal + R * c.row), ...);
  Packet<T> left[sizeof...(R)], right[sizeof...(R)];
  ((left[R] = right[R] = all(T(0))), ...);
#pragma GCC unroll 4
  for (Index k = 0; k < depth; ++k) {
    const Packet<T> line = load(b), next = N == 2 ? load(b + L) : line;
    const auto row = [&](T factor, Packet<T>& l, Packet<T>& r) {
      const Packet<T> f = all(factor);
      l = ei::pmadd(f, line, l);
      if constexpr (N == 2) r = ei::pmadd(f, next, r);
    };
    (row(a[R * a_row], left[R], right[R]), ...);
    a += a_depth;
    b += b_depth;
  }
  if (columns < N * L) {
    (put(c, R, 0, columns, left[R]), ...);
    if constexpr (N == 2) (put(c, R, L, columns - L, right[R]), ...);
    return;
  }
  // put for a full width, without a question a row: a shallow product spends a quarter of its time here
  T* to = c.data;
  if (c.add) {
    ((left[R] = ei::padd(load(to + R * c.row), left[R])), ...);
    if constexpr (N == 2) ((right[R] = ei::padd(load(to + R * c.row + L), right[R])), ...);
  }
  if (c.biases) {
    const Packet<T> l = load(c.biases), r = N == 2 ? load(c.biases + L) : l;
    ((left[R] = ei::padd(left[R], l)), ...);
    if constexpr (N == 2) ((right[R] = ei::padd(right[R], r)), ...);
  }
  if (c.scaled) {
    to = c.scaled;
    ((left[R] = ei::pmul(load(to + R * c.row), left[R])), ...);
    if constexpr (N == 2) ((right[R] = ei::pmul(load(to + R * c.row + L), right[R])), ...);
  }
  (ei::pstoreu(to + R * c.row, left[R]), ...);
  if constexpr (N == 2) (ei::pstoreu(to + R * c.row + L, right[R]), ...);
}

template <class T, int N>
void tile_of(Index rows, Index depth, const T* a, Index a_row, Index a_depth, const T* b, Index b_depth,
             const Goal<T>& c, int columns) {
  const auto with = [&](auto sequence) {
    tile<T, N>(sequence, depth, a, a_row, a_depth, b, b_depth, c, columns);
  };
  switch (rows) {
    case 1: return with(std::make_integer_sequence<int, 1>{});
    case 2: return with(std::make_integer_sequence<int, 2>{});
    case 3: return with(std::make_integer_sequence<int, 3>{});
    case 4: return with(std::make_integer_sequence<int, 4>{});
    case 5: return with(std::make_integer_sequence<int, 5>{});
    default: return with(std::make_integer_sequence<int, TILE_ROWS>{});
  }
}

// to (depth, tile_columns): `columns` of B from its column j on, and zeros after them.
template <class T> inline void pack_panel(const Matrix<T>& B, Index k0, Index depth, Index j, int columns, T* to) {
  constexpr int W = tile_columns<T>, L = lanes<T>;
  const T* from = B.data + k0 * B.row_stride + j * B.column_stride;
  if (B.column_stride == 1 && columns == W) {
    for (Index k = 0; k < depth; ++k, to += W, from += B.row_stride)
      for (int v = 0; v < W; v += L) ei::pstoreu(to + v, load(from + v));
    return;
  }
  Index k = 0;
  if (columns == W) {  // B is a transpose: squares of L x L are turned in registers
    for (; k + L <= depth; k += L)
      for (int v = 0; v < W; v += L) {
        ei::PacketBlock<Packet<T>, L> square;
        for (int i = 0; i < L; ++i) square.packet[i] = load(from + (v + i) * B.column_stride + k);
        ei::ptranspose(square);
        for (int i = 0; i < L; ++i) ei::pstoreu(to + (k + i) * W + v, square.packet[i]);
      }
  }
  for (; k < depth; ++k)
    for (int v = 0; v < W; ++v) to[k * W + v] = v < columns ? from[k * B.row_stride + v * B.column_stride] : T(0);
}

// to: panels (depth, TILE_ROWS) of A's rows from i on.
template <class T> inline void pack_rows(const Matrix<T>& A, Index i, Index rows, Index k0, Index depth, T* to) {
  constexpr int R = TILE_ROWS;
  for (Index r = 0; r < rows; r += R, to += R * depth) {
    const int count = static_cast<int>(std::min<Index>(R, rows - r));
    const T* from = A.data + (i + r) * A.row_stride + k0 * A.column_stride;
    if (count == R && A.row_stride == 1) {
      // in line, where a copy of places that may overlap would be a call
      for (Index k = 0; k < depth; ++k, from += A.column_stride) std::memcpy(to + k * R, from, R * sizeof(T));
    } else if (count == R) {
      for (Index k = 0; k < depth; ++k)
        for (int v = 0; v < R; ++v) to[k * R + v] = from[v * A.row_stride + k];
    } else {
      for (Index k = 0; k < depth; ++k)
        for (int v = 0; v < count; ++v) to[k * R + v] = from[v * A.row_stride + k * A.column_stride];
    }
  }
}

// Whether A's rows are read in the wrong order for the caches as they lie: too far apart, or in the same few sets.
template <class T> inline bool worth_packing(const Matrix<T>& A, Index depth) {
  const Index apart = (A.column_stride == 1 ? A.row_stride : A.column_stride) * Index(sizeof(T));
  return A.column_stride == 1 ? apart % 2048 == 0 : depth * apart > 16384;
}

// The terms of depth k0 .. k0 + depth, for columns j .. j + columns whose panels are packed or lie as they are in B.
template <class T>
inline void block(const Matrix<T>& A, const Matrix<T>& B, Index rows, Index k0, Index depth, Index j0, Index columns,
                  bool b_as_it_is, const Goal<T>& C, Scratch<T>& scratch) {
  constexpr int W = tile_columns<T>;
  const bool pack_a = columns > 4 * W && worth_packing(A, depth);
  for (Index i0 = 0; i0 < rows; i0 += ROW_BLOCK) {
    const Index i1 = std::min(rows, i0 + ROW_BLOCK);
    if (pack_a) pack_rows(A, i0, i1 - i0, k0, depth, scratch.a.data());
    for (Index j = 0; j < columns; j += W) {
      const int width = static_cast<int>(std::min<Index>(W, columns - j));
      const bool direct = b_as_it_is && width == W;
      const T* b = direct ? B.data + k0 * B.row_stride + j0 + j : scratch.b.data() + j * depth;
      const Index b_depth = direct ? B.row_stride : W;
      for (Index i = i0; i < i1; i += TILE_ROWS) {
        const Index count = std::min<Index>(TILE_ROWS, i1 - i);
        const T* a = pack_a ? scratch.a.data() + (i - i0) * depth : A.data + i * A.row_stride + k0 * A.column_stride;
        const Index a_row = pack_a ? 1 : A.row_stride, a_depth = pack_a ? TILE_ROWS : A.column_stride;
        const Goal<T> c = C.at(i, j0 + j);
        if (width > lanes<T>) tile_of<T, 2>(count, depth, a, a_row, a_depth, b, b_depth, c, width);
        else tile_of<T, 1>(count, depth, a, a_row, a_depth, b, b_depth, c, width);
      }
    }
  }
}

// A few terms: loops. The order of the sums is the same.
template <class T>
inline void small_gemm(const Matrix<T>& A, const Matrix<T>& B, Index rows, Index columns, Index depth,
                       const Goal<T>& C) {
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) {
      T sum = 0;
      for (Index k = 0; k < depth; ++k)
        sum += A.data[i * A.row_stride + k * A.column_stride] * B.data[k * B.row_stride + j * B.column_stride];
      const Goal<T> c = C.at(i, j);
      if (c.add) sum = *c.data + sum;
      if (c.biases) sum += *c.biases;
      if (c.scaled) *c.scaled *= sum;
      else *c.data = sum;
    }
}

// One row of A: B is read as it lies, row by row, and the sums stay in the first cache. Their order is the same.
template <class T>
inline void row_gemm(const Matrix<T>& A, const Matrix<T>& B, Index k0, Index depth, Index j0, Index columns,
                     const Goal<T>& C, T* sums) {
  static_assert(COLUMN_BLOCK <= ROW_BLOCK * DEPTH_BLOCK<T>, "the sums of a block's columns fit where A is packed");
  constexpr int L = lanes<T>;
  const T* a = A.data + k0 * A.column_stride;
  const T* b = B.data + k0 * B.row_stride + j0;
  const Index whole = columns / L * L;
  std::fill_n(sums, columns, T(0));
  Index k = 0;
  for (; k + 4 <= depth; k += 4) {
    const T* const b0 = b, * const b1 = b0 + B.row_stride, * const b2 = b1 + B.row_stride, * const b3 = b2 + B.row_stride;
    b = b3 + B.row_stride;
    const Packet<T> f0 = all(a[k * A.column_stride]), f1 = all(a[(k + 1) * A.column_stride]);
    const Packet<T> f2 = all(a[(k + 2) * A.column_stride]), f3 = all(a[(k + 3) * A.column_stride]);
    for (Index j = 0; j < whole; j += L) {
      const Packet<T> two = ei::pmadd(f1, load(b1 + j), ei::pmadd(f0, load(b0 + j), load(sums + j)));
      ei::pstoreu(sums + j, ei::pmadd(f3, load(b3 + j), ei::pmadd(f2, load(b2 + j), two)));
    }
    const int left = static_cast<int>(columns - whole);
    if (left) {
      const auto some = [&](const T* line) { return load_some(line + whole, left); };
      const Packet<T> two = ei::pmadd(f1, some(b1), ei::pmadd(f0, some(b0), some(sums)));
      store_some(sums + whole, left, ei::pmadd(f3, some(b3), ei::pmadd(f2, some(b2), two)));
    }
  }
  for (; k < depth; ++k, b += B.row_stride) {
    const Packet<T> f = all(a[k * A.column_stride]);
    for (Index j = 0; j < whole; j += L) ei::pstoreu(sums + j, ei::pmadd(f, load(b + j), load(sums + j)));
    const int left = static_cast<int>(columns - whole);
    if (left)
      store_some(sums + whole, left, ei::pmadd(f, load_some(b + whole, left), load_some(sums + whole, left)));
  }
  for (Index j = 0; j < columns; j += L) {
    const int count = static_cast<int>(std::min<Index>(L, columns - j));
    put(C.at(0, j0 + j), 0, 0, count, load_some(sums + j, count));
  }
}

template <class T>
void gemm(const Matrix<T>& A, const Matrix<T>& B, Index rows, Index columns, Index depth, const Goal<T>& C,
          Scratch<T>& scratch) {
  constexpr int W = tile_columns<T>;
  // never decided by the rows, which are split over threads
  if (columns * depth <= SMALL) return small_gemm(A, B, rows, columns, depth, C);
  // blocks of equal depth, decided by the depth alone
  const Index n_blocks = (depth + DEPTH_BLOCK<T> - 1) / DEPTH_BLOCK<T>;
  const Index step = (depth + n_blocks - 1) / n_blocks;
  // packing pays when a panel is used more than a few times and is too far apart in memory to be read as it lies
  const bool as_it_is =
      B.column_stride == 1 && (rows <= 2 * TILE_ROWS || depth * columns * Index(sizeof(T)) <= 16384);
  for (Index j0 = 0; j0 < columns; j0 += COLUMN_BLOCK) {
    const Index width = std::min(COLUMN_BLOCK, columns - j0);
    for (Index k0 = 0; k0 < depth; k0 += step) {
      const Index terms = std::min(step, depth - k0);
      if (rows == 1 && B.column_stride == 1) {
        row_gemm(A, B, k0, terms, j0, width, C.of_block(k0 == 0, k0 + terms == depth), scratch.a.data());
        continue;
      }
      for (Index j = 0; j < width; j += W) {
        const int count = static_cast<int>(std::min<Index>(W, width - j));
        if (!as_it_is || count < W) pack_panel(B, k0, terms, j0 + j, count, scratch.b.data() + j * terms);
      }
      block(A, B, rows, k0, terms, j0, width, as_it_is, C.of_block(k0 == 0, k0 + terms == depth), scratch);
    }
  }
}

}  // namespace backlit
