// Matrices as they lie in memory, where a product of them goes, and the room that it takes.
#pragma once

#include "packets.h"
#include "storage.h"

namespace backlit {

constexpr int TILE_ROWS = 6;      // 6 x 2 packets of sums, 2 of B and 1 of A fill 15 of 16 registers
constexpr int TILE_PACKETS = 2;
template <class T> constexpr int tile_columns = TILE_PACKETS * lanes<T>;
template <class T> constexpr Index DEPTH_BLOCK = 1536 / sizeof(T);  // a panel of B stays in the first cache
constexpr Index SMALL = 12;             // products that loops do as well
constexpr Index COLUMN_BLOCK = 1024;    // a block of B stays in the last cache
constexpr Index ROW_BLOCK = 96;         // and a block of A in the second
static_assert(ROW_BLOCK % TILE_ROWS == 0, "only the last block of rows ends within a tile");

// A matrix as it lies in memory: entry (i, j) is data[i * row_stride + j * column_stride]; one stride is 1.
template <class T> struct Matrix {
  const T* data;
  Index row_stride, column_stride;
};

template <class T> inline Matrix<T> row_major(const T* data, Index columns) { return {data, columns, 1}; }
template <class T> inline Matrix<T> transposed(const T* data, Index columns) { return {data, 1, columns}; }

// Where a product goes: C's first entry, and how far apart its rows are. The sums are added to what is there where
// `add`. Unless they are null, biases (columns,) are added to the sums, and the entries of `scaled`, which lies as C
// does, are multiplied by them, in place of a store to C; C then is room for sums that are not complete.
template <class T> struct Goal {
  T* data;
  Index row;
  bool add = false;
  const T* biases = nullptr;
  T* scaled = nullptr;

  Goal at(Index i, Index j) const {
    const Index to = i * row + j;
    return {data + to, row, add, biases ? biases + j : nullptr, scaled ? scaled + to : nullptr};
  }

  // of one of several blocks of the depth
  Goal of_block(bool first, bool last) const {
    return {data, row, add || !first, last ? biases : nullptr, last ? scaled : nullptr};
  }
};

// One thread's room for packed panels, for products of up to so many columns.
template <class T> struct Scratch {
  Space<T> a, b;

  explicit Scratch(Index columns)
      : a(ROW_BLOCK * DEPTH_BLOCK<T>), b((std::min(columns, COLUMN_BLOCK) + tile_columns<T>) * DEPTH_BLOCK<T>) {}
};

// The sums of up to `count` places of C's row r, from column j on. By value: a reference would keep them in memory.
template <class T> inline void put(const Goal<T>& c, Index r, int j, int count, Packet<T> sums) {
  count = std::min(count, lanes<T>);
  if (count <= 0) return;
  T* place = c.data + r * c.row + j;
  if (c.add) sums = ei::padd(load_some(place, count), sums);
  if (c.biases) sums = ei::padd(sums, load_some(c.biases + j, count));
  if (c.scaled) {
    place = c.scaled + r * c.row + j;
    sums = ei::pmul(load_some(place, count), sums);
  }
  store_some(place, count, sums);
}

}  // namespace backlit
