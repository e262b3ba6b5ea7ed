// Finds the k smallest |w| of a matrix exactly, and masks them. A float without its sign bit, read as an
// unsigned integer, sorts as the float does (NaN last), so the k-th smallest is found by counting, eight
// bits at a time: four histograms of 256 bins.
//
// Matrices are row-major with leading dimension ld; a work-item owns a row, so that counts need no
// atomics and the result is the same on every device.

#define BITS(w) (as_uint(w) & 0x7fffffffu)

// Global size of each kernel: at least M items.

// counts[i][bin]: how many elements of row i agree with prefix in the bits of prefixMask and have bin in
// the eight bits at shift.
__kernel void histogram(const int M, const int N, __global const float* restrict W, const int ld,
                        const int prefix, const int prefixMask, const int shift,
                        __global int* restrict counts) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  __global int* mine = counts + i * 256;
  for (int bin = 0; bin < 256; bin++) mine[bin] = 0;
  for (int j = 0; j < N; j++) {
    const uint bits = BITS(W[i * ld + j]);
    if ((bits & (uint)prefixMask) == (uint)prefix) mine[(bits >> shift) & 255u]++;
  }
}

// totals[bin] = sum of counts over the rows. Global size: 256 items.
__kernel void total(const int M, __global const int* restrict counts, __global int* restrict totals) {
  const size_t bin = get_global_id(0);
  int sum = 0;
  for (int i = 0; i < M; i++) sum += counts[(size_t)i * 256 + bin];
  totals[bin] = sum;
}

// equal[i] = how many |w| of row i have exactly these bits.
__kernel void count_equal(const int M, const int N, __global const float* restrict W, const int ld,
                          const int bits, __global int* restrict equal) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  int sum = 0;
  for (int j = 0; j < N; j++) sum += BITS(W[i * ld + j]) == (uint)bits;
  equal[i] = sum;
}

// mask[i][j] = 0 where |w| lies below the bits, or equals them and is among the first `ties` equal ones
// by index; else 1. before[i]: equal ones in the rows above.
__kernel void mask_smallest(const int M, const int N, __global const float* restrict W, const int ld,
                            const int bits, const int ties, __global const int* restrict before,
                            __global uchar* restrict mask) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  int rank = before[i];
  for (int j = 0; j < N; j++) {
    const uint w = BITS(W[i * ld + j]);
    const int pruned = w < (uint)bits || (w == (uint)bits && rank < ties);
    if (w == (uint)bits) rank++;
    mask[i * ld + j] = !pruned;
  }
}
