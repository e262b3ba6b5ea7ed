// y = epilogue(S * x) for CPU devices, S being M x K, K at most 65,536, in slices of 16 rows whose elements
// stand side by side (SELL-16): step n of a slice holds element n of each of its rows. Rows are ordered by
// falling length, so that those of a slice are about as long; what the shorter ones lack is left out.
//
//   order[16 * slices]    row of each lane, or -1 beyond M
//   lengths[16 * slices]  elements of each lane's row, falling
//   starts[slices + 1]    first step of each slice
//   columns, values       16 for each step

#include "sixteen_rows.cl"

// Global size: 16 * slices items, one for each lane.
__kernel void fill_slices(const int K, __global const float* restrict W, const int ld,
                          __global const int* restrict order, __global const int* restrict starts,
                          __global ushort* restrict columns, __global float* restrict values) {
  const size_t lane = get_global_id(0), slice = lane / 16;
  const int row = order[lane];
  size_t at = starts[slice] * (size_t)16 + lane % 16;
  const size_t end = starts[slice + 1] * (size_t)16;
  if (row >= 0) {
    for (int j = 0; j < K; j++) {
      const float w = W[(size_t)row * ld + j];
      if (w != 0.0f) {
        columns[at] = j;
        values[at] = w;
        at += 16;
      }
    }
  }
  for (; at < end; at += 16) {
    columns[at] = 0;
    values[at] = 0;
  }
}

// Writes the elements into a dense matrix of zeros. Global size: 16 * slices items.
__kernel void scatter_slices(__global const int* restrict order, __global const int* restrict lengths,
                             __global const int* restrict starts, __global const ushort* restrict columns,
                             __global const float* restrict values, __global float* restrict W, const int ld) {
  const size_t lane = get_global_id(0), slice = lane / 16;
  const int row = order[lane];
  if (row < 0) return;
  for (int n = 0; n < lengths[lane]; n++) {
    const size_t at = (starts[slice] + n) * (size_t)16 + lane % 16;
    W[(size_t)row * ld + columns[at]] = values[at];
  }
}

// Four indices in one load: compilers make a gather of single ones, which is slow on many processors.
static inline float4 four(const ulong i, __global const float* x) {
  const float4 f = (float4)(x[i & 0xffff], x[(i >> 16) & 0xffff], x[(i >> 32) & 0xffff], x[i >> 48]);
#ifdef __ENDIAN_LITTLE__
  return f;
#else
  return f.wzyx;
#endif
}

static inline float16 sixteen(__global const ushort* columns, __global const float* x) {
  __global const ulong* i = (__global const ulong*)columns;
  // Not a vector literal, which simulators get wrong.
  float4 parts[4] __attribute__((aligned(64))) = {four(i[0], x), four(i[1], x), four(i[2], x), four(i[3], x)};
  return *(const float16*)parts;
}

// Global size: number of groups of slices. bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmv_sliced(const int slices, __global const int* restrict order,
                          __global const int* restrict lengths, __global const int* restrict starts,
                          __global const ushort* restrict columns, __global const float* restrict values,
                          __global const float* restrict x, __global float* restrict y,
                          __global const float* restrict bias, const int relu, const int slicesPerGroup) {
  const size_t first = get_group_id(0) * slicesPerGroup;
  const size_t last = min(first + (size_t)slicesPerGroup, (size_t)slices);
  for (size_t slice = first; slice < last; slice++) {
    const size_t start = starts[slice];
    const int all = lengths[16 * slice + 15];
    const int some = lengths[16 * slice];
    __global const ushort* c = columns + 16 * start;
    __global const float16* v = (__global const float16*)values + start;
    float16 s = 0, t = 0;
    int n = 0;
    for (; n + 2 <= all; n += 2) {
      s = fma(v[n], sixteen(c + 16 * n, x), s);
      t = fma(v[n + 1], sixteen(c + 16 * (n + 1), x), t);
    }
    if (n < all) {
      s = fma(v[n], sixteen(c + 16 * n, x), s);
      n++;
    }
    s += t;
    // Steps that not all rows have. What the others lack must not meet x, which may be no number.
    const int16 length = *(__global const int16*)(lengths + 16 * slice);
    for (; n < some; n++) s = select(s, fma(v[n], sixteen(c + 16 * n, x), s), (int16)(n) < length);
    writeRows(s, order + 16 * slice, bias, relu, y);
  }
}
