// As gather.cl, for CPU devices: bytes are read as they lie, and squares of them turned round in registers.
//
// One work-item per work-group, for LANES samples and CHUNK features. ld is a multiple of 16, and what columns beyond the
// batch hold does not matter; or it is 1, for a single sample.
//
// Tunables:
//   LANES  floats in a vector: 8
//   CHUNK  features per work-group, 64

#include "vector.cl"

#define UNROLL _Pragma("unroll")

// Global size: (ceil(batch / LANES), ceil(features / CHUNK)).
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gather(__global const uchar* restrict pixels, __global const uchar* restrict labels,
                     __global const int* restrict order, const int first,
                     const int batch, const int features,
                     const float scale, const float shift,
                     __global float* restrict x, const int ld,
                     __global int* restrict y) {
  const int b = get_group_id(0) * LANES;
  const int f0 = get_group_id(1) * CHUNK, f1 = min(f0 + CHUNK, features);
  __global const uchar* from[LANES];
  for (int l = 0; l < LANES; l++) {
    const size_t sample = order[first + min(b + l, batch - 1)];
    from[l] = pixels + sample * features;
    if (f0 == 0 && b + l < batch) y[b + l] = labels[sample];
  }
  if (ld == 1) {
    for (int i = f0; i < f1; i++) x[i] = fma((float)from[0][i], scale, shift);
    return;
  }
  int f = f0;
  for (; f + LANES <= f1; f += LANES) {
    Vector square[LANES];
    UNROLL for (int l = 0; l < LANES; l++) {
      square[l] = fma(convert_float8(vload8(0, from[l] + f)), (Vector)(scale), (Vector)(shift));
    }
    transpose(square);
    UNROLL for (int l = 0; l < LANES; l++) *(__global Vector*)(x + (size_t)(f + l) * ld + b) = square[l];
  }
  for (; f < f1; f++) {
    for (int l = 0; l < LANES; l++) x[(size_t)f * ld + b + l] = fma((float)from[l][f], scale, shift);
  }
}
