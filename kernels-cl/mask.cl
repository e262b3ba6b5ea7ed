// Masks of a matrix: one byte per element, 1 to keep it, 0 to prune it. Matrix and mask are row-major
// with the same leading dimension; a work-item owns a row.

// Global size of each kernel: at least M items.

// w = 0 where the mask is 0; elsewhere w stays, NaN included.
__kernel void apply_mask(const int M, const int N, __global float* restrict W, const int ld,
                         __global const uchar* restrict mask) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) {
    if (!mask[i * ld + j]) W[i * ld + j] = 0.0f;
  }
}

// mask = mask and other: kept is what both keep.
__kernel void intersect_masks(const int M, const int N, __global uchar* restrict mask, const int ld,
                              __global const uchar* restrict other) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) mask[i * ld + j] &= other[i * ld + j];
}

// mask[i][j] = keep[i]: whole rows are kept or pruned.
__kernel void mask_rows(const int M, const int N, __global const uchar* restrict keep,
                        __global uchar* restrict mask, const int ld) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) mask[i * ld + j] = keep[i];
}
