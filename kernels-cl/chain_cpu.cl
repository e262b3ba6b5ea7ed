// y = L_n(... L_2(L_1(x))), for CPU devices: layers act(W * x + b) one after the other for a single sample, in one
// launch. Between launches threads fall asleep and have to be woken, which takes longer than the second one then
// saves.
//
//   table[6 * layers]  of each layer: inputs K; outputs M; where its floats begin in values; where its columns' starts
//                      begin in table, or -1 if it is dense; where its rows begin in indices; 1 if ReLU follows
//   values             of each layer: the bias, then W by columns. Dense columns are padded to whole 16s with zeros, as
//                      the bias is; of sparse ones the elements that are not zero
//   table[starts + k]  where a sparse layer's column k begins among its elements; K + 1 of them
//   indices            row of each of these elements
//
// One work-item, which adds up the columns whose element of x is not zero: after a ReLU, half of them or fewer. NaN is
// not zero. Where such a column isn't finite, the result doesn't show it.
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

#include "vector.cl"

#define UNROLL _Pragma("unroll")
#define WIDE 8  // columns side by side, so that a sum is read and written once for so many

// y += W[:, listed] * found, W dense, ld floats of y; wide is a constant where this is called.
__attribute__((always_inline))
static inline void addColumns(const int wide, const size_t ld, __global const float* W, __global const int* listed,
                       __global const float* found, __global float* y) {
  __global const float* w[WIDE];
  float t[WIDE];
  UNROLL for (int c = 0; c < wide; c++) {
    w[c] = W + listed[c] * ld;
    t[c] = found[c];
  }
  for (size_t i = 0; i < ld; i += LANES) {
    Vector s = *(__global Vector*)(y + i);
    UNROLL for (int c = 0; c < wide; c++) s = fma(*(__global const Vector*)(w[c] + i), (Vector)(t[c]), s);
    *(__global Vector*)(y + i) = s;
  }
}

// y[rows] += elements * t. Rows of a column differ, which a compiler can't know: all four sums are read before one is
// written.
__attribute__((always_inline))
static inline void addElements(const size_t count, __global const ushort* rows, __global const float* elements, const float t,
                        __global float* y) {
  size_t p = 0;
  for (; p + 4 <= count; p += 4) {
    const int i0 = rows[p], i1 = rows[p + 1], i2 = rows[p + 2], i3 = rows[p + 3];
    const float s0 = fma(elements[p], t, y[i0]);
    const float s1 = fma(elements[p + 1], t, y[i1]);
    const float s2 = fma(elements[p + 2], t, y[i2]);
    const float s3 = fma(elements[p + 3], t, y[i3]);
    y[i0] = s0;
    y[i1] = s1;
    y[i2] = s2;
    y[i3] = s3;
  }
  for (; p < count; p++) y[rows[p]] = fma(elements[p], t, y[rows[p]]);
}

// Global size: 1. scratch: 4 * width floats, width being what the longest vector takes, in whole 16s.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void chain(const int layers, __global const int* restrict table, __global const ushort* restrict indices,
                    __global const float* restrict values, __global const float* x, __global float* scratch,
                    const int width, __global float* y) {
  __global float* found = scratch + 2 * (size_t)width;
  __global int* listed = (__global int*)(scratch + 3 * (size_t)width);
  __global const float* in = x;
  for (int n = 0; n < layers; n++) {
    __global const int* layer = table + 6 * n;
    const int K = layer[0];
    const size_t ld = (layer[1] + 15) / 16 * 16;
    __global const float* bias = values + layer[2];
    __global const float* W = bias + ld;
    __global float* out = n == layers - 1 ? y : scratch + (n & 1) * (size_t)width;
    int count = 0;
    for (int k = 0; k < K; k++) {
      listed[count] = k;
      found[count] = in[k];
      count += in[k] != 0.0f;
    }
    for (size_t i = 0; i < ld; i += LANES) *(__global Vector*)(out + i) = *(__global const Vector*)(bias + i);
    if (layer[3] < 0) {
      int c = 0;
      for (; c + WIDE <= count; c += WIDE) addColumns(WIDE, ld, W, listed + c, found + c, out);
      for (; c < count; c++) addColumns(1, ld, W, listed + c, found + c, out);
    } else {
      __global const int* starts = table + layer[3];
      __global const ushort* rows = indices + layer[4];
      for (int c = 0; c < count; c++) {
        const size_t begin = starts[listed[c]];
        addElements(starts[listed[c] + 1] - begin, rows + begin, W + begin, found[c], out);
      }
    }
    if (layer[5]) {
      for (size_t i = 0; i < ld; i += LANES) {
        const Vector v = *(__global Vector*)(out + i);
        // Not fmax, which would swallow a NaN.
        *(__global Vector*)(out + i) = select(v, (Vector)(0.0f), v < 0.0f);
      }
    }
    in = out;
  }
}
