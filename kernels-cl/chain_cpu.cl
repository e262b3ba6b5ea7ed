// y = L_n(... L_2(L_1(x))), for CPU devices: layers act(W * x + b) one after the other for a single sample, in one
// launch. Between launches threads fall asleep and have to be woken, which takes longer than the second one then
// saves.
//
//   table[6 * layers]  of each layer: inputs K; outputs M; where its floats begin in values; where its slices' starts
//                      begin in table, or -1 if it is dense; where its picks begin in indices; 1 if ReLU follows
//   values             of each layer: the bias, padded to whole 16s with zeros; then W, of a dense layer by columns,
//                      padded likewise, of a sparse one the values of windows.cl
//   table[starts + s]  first step of a sparse layer's slice s, and one more: how many steps there are; then the row of
//                      each lane of the slices, or -1 beyond M
//   indices            of a sparse layer: the picks of windows.cl, then the bases, padded to whole 8s
//
// One work-item. In dense layers it adds up the columns whose element of x is not zero: after a ReLU, half of them or
// fewer. NaN is not zero. Where a column that meets a zero isn't finite, the result doesn't show it.
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
    if (layer[3] < 0) {
      int count = 0;
      for (int k = 0; k < K; k++) {
        listed[count] = k;
        found[count] = in[k];
        count += in[k] != 0.0f;
      }
      int c = 0;
      for (; c + WIDE <= count; c += WIDE) addColumns(WIDE, ld, W, listed + c, found + c, out);
      for (; c < count; c++) addColumns(1, ld, W, listed + c, found + c, out);
    } else {
      const int slices = ld / 16;
      __global const int* starts = table + layer[3];
      __global const int* order = starts + slices + 1;
      __global const char* picks = (__global const char*)(indices + layer[4]);
      __global const ushort* bases = (__global const ushort*)(picks + 16 * (size_t)starts[slices]);
      for (int slice = 0; slice < slices; slice++) {
        const float16 s = addSteps(starts[slice], starts[slice + 1], K, bases, picks, (__global const float16*)W, in);
        float sums[16] __attribute__((aligned(64)));
        *(float16*)sums = s;
        __global const int* rows = order + 16 * slice;
        for (int l = 0; l < 16 && rows[l] >= 0; l++) out[rows[l]] += sums[l];
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
