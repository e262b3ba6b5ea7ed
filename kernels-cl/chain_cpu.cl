// y = L_n(... L_2(L_1(x))), for CPU devices: layers act(W * x + b) one after the other for a single sample, in one
// launch. Between launches threads fall asleep and have to be woken, which takes longer than the second one then
// saves.
//
//   table[6 * layers]  of each layer: inputs K; outputs M; where its floats begin in values; where the rest of it
//                      begins in table, or -1 if it is dense; where it begins in indices; 1 if ReLU follows
//   values             of each layer: the bias, padded to whole 16s with zeros; then W, of a dense layer by columns,
//                      padded likewise, of a sparse one the elements that are not zero, by columns or in windows
//
// A sparse layer by columns:
//   table    1; where each column begins among the elements, and one more
//   indices  the row of each element, padded to whole 8s
// A sparse layer in windows:
//   table    0; the first step of each slice, and one more; the row of each lane of the slices, or -1 beyond M
//   indices  the picks of windows.cl, then the bases, padded to whole 8s
//
// One work-item. By columns it adds up those whose element of x is not zero: after a ReLU, half of them or fewer. NaN is
// not zero. Where a column that meets a zero isn't finite, the result doesn't show it.
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

#include "vector.cl"
#include "windows.cl"

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
static inline void addElements(const size_t count, __global const ushort* rows, __global const float* elements,
                               const float t, __global float* y) {
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

// out += W * in in windows; starts and indices are those of the layer.
static void addWindows(const int slices, const int K, __global const int* starts, __global const ushort* indices,
                       __global const float* W, __global const float* in, __global float* out) {
  __global const int* order = starts + slices + 1;
  __global const char* picks = (__global const char*)indices;
  __global const ushort* bases = (__global const ushort*)(picks + 16 * (size_t)starts[slices]);
  for (int slice = 0; slice < slices; slice++) {
    const float16 s = addSteps(starts[slice], starts[slice + 1], K, bases, picks, (__global const float16*)W, in);
    float sums[16] __attribute__((aligned(64)));
    *(float16*)sums = s;
    __global const int* rows = order + 16 * slice;
    for (int l = 0; l < 16 && rows[l] >= 0; l++) out[rows[l]] += sums[l];
  }
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
    for (size_t i = 0; i < ld; i += LANES) *(__global Vector*)(out + i) = *(__global const Vector*)(bias + i);
    if (layer[3] >= 0 && table[layer[3]] == 0) {
      addWindows(ld / 16, K, table + layer[3] + 1, indices + layer[4], W, in, out);
    } else {
      int count = 0;
      for (int k = 0; k < K; k++) {
        listed[count] = k;
        found[count] = in[k];
        count += in[k] != 0.0f;
      }
      int c = 0;
      if (layer[3] < 0) {
        for (; c + WIDE <= count; c += WIDE) addColumns(WIDE, ld, W, listed + c, found + c, out);
        for (; c < count; c++) addColumns(1, ld, W, listed + c, found + c, out);
      } else {
        __global const int* starts = table + layer[3] + 1;
        __global const ushort* rows = indices + layer[4];
        for (; c < count; c++) {
          const size_t begin = starts[listed[c]];
          addElements(starts[listed[c] + 1] - begin, rows + begin, W + begin, found[c], out);
        }
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
