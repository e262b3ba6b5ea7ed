// Max pooling over squares of size x size that lie side by side; rows and columns that are left over at the
// lower and right edge belong to no square.
//
// X is channels x height x width, Y channels x rows x columns with rows = height / size, columns = width /
// size; each of them a row of `ld` floats, a sample each. LANES samples at a time; what lanes beyond the last
// sample hold does not matter. The largest of a square is its first largest by rows; NaN counts as larger than
// any number.
//
// A work-item pools LANES samples of a square; on a CPU of many squares, one after the other.
//
// Tunables:
//   LANES  floats in a vector: 1 for a single sample, else 4, 8 or 16, ld being a multiple of it
//   LOCAL  items per work-group: 1 on a CPU, 64 on a GPU

#include "lanes.cl"

// The largest of a square; at: which of its size * size elements it is.
__attribute__((always_inline))
static inline Vector largest(__global const float* x, const int size, const int width, const int ld,
                             Integers* at) {
  Vector most = LOAD(x);
  *at = 0;
  for (int r = 0; r < size; r++) {
    for (int c = 0; c < size; c++) {
      const Vector v = LOAD(x + (r * width + c) * ld);
      const Integers more = (most == most) & !(v <= most);
      most = select(most, v, more);
      *at = select(*at, (Integers)(r * size + c), more);
    }
  }
  return most;
}

// Global size of both kernels: at least channels * rows * columns * vectors / perItem, rounded up; local size
// LOCAL. vectors: those of a row that hold samples.

// Y = the largest of each square of X.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void max_pool(const int channels, const int height, const int width, const int size,
                       const int vectors, const int ld,
                       __global const float* restrict X, __global float* restrict Y,
                       const int perItem) {
  const int rows = height / size, columns = width / size;
  const int first = get_global_id(0) * perItem;
  const int last = min(first + perItem, channels * rows * columns * vectors);
  int v = first % vectors, place = first / vectors;
  for (int i = first; i < last; i++) {
    const int column = place % columns, line = place / columns;
    const int row = line / rows * height + line % rows * size;
    __global const float* x = X + ((size_t)row * width + column * size) * ld + v * LANES;
    Integers at;
    STORE(largest(x, size, width, ld, &at), Y + (size_t)place * ld + v * LANES);
    if (++v == vectors) {
      v = 0;
      place++;
    }
  }
}

// dX = dY at the largest of each square, elsewhere zero; and zero where the gate, in X's layout or null, is
// not positive, which is the gradient through ReLU.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void max_pool_backward(const int channels, const int height, const int width, const int size,
                                const int vectors, const int ld,
                                __global const float* restrict X, __global const float* restrict dY,
                                __global float* restrict dX, __global const float* restrict gate,
                                const int perItem) {
  const int rows = height / size, columns = width / size;
  const int first = get_global_id(0) * perItem;
  const int last = min(first + perItem, channels * rows * columns * vectors);
  int v = first % vectors, place = first / vectors;
  for (int i = first; i < last; i++) {
    const int column = place % columns, line = place / columns;
    const int row = line / rows * height + line % rows * size;
    const size_t corner = ((size_t)row * width + column * size) * ld + v * LANES;
    Integers at;
    largest(X + corner, size, width, ld, &at);
    const Vector gradient = LOAD(dY + (size_t)place * ld + v * LANES);
    // The last squares of a row and of a column see to what is left over beside them.
    const int down = line % rows == rows - 1 ? height - line % rows * size : size;
    const int across = column == columns - 1 ? width - column * size : size;
    for (int r = 0; r < down; r++) {
      for (int c = 0; c < across; c++) {
        const size_t to = corner + (r * width + c) * ld;
        const int here = r < size && c < size ? r * size + c : -1;
        Vector dx = select((Vector)(0.0f), gradient, at == here);
        if (gate) dx = select(dx, (Vector)(0.0f), LOAD(gate + to) <= 0.0f);
        STORE(dx, dX + to);
      }
    }
    if (++v == vectors) {
      v = 0;
      place++;
    }
  }
}
