// Scores by which weights are pruned, the smallest |s| first. Matrices are row-major with the same leading
// dimension ld; a work-item owns a row. Scores that are made of bits are stored as bits, for devices may
// flush the smallest ones to zero when they compute with them.

#define MAGNITUDE(bits) ((bits) & 0x7fffffffu)

// Global size of each kernel: at least M items.

// S = W * G, element by element.
__kernel void multiply(const int M, const int N, __global const float* restrict W, const int ld,
                       __global const float* restrict G, __global float* restrict S) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) S[i * ld + j] = W[i * ld + j] * G[i * ld + j];
}

// The order of |W| turned round: the bits of the largest finite float less those of |W|. What is not finite
// counts as the largest.
__kernel void reverse_order(const int M, const int N, __global const uint* restrict W, const int ld,
                            __global uint* restrict S) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) {
    S[i * ld + j] = 0x7f7fffffu - min(MAGNITUDE(W[i * ld + j]), 0x7f7fffffu);
  }
}

// S = |W| where the mask keeps, but no less than the smallest number above zero; zero where it prunes.
__kernel void pruned_first(const int M, const int N, __global const uint* restrict W, const int ld,
                           __global const uchar* restrict mask, __global uint* restrict S) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  for (int j = 0; j < N; j++) {
    S[i * ld + j] = mask[i * ld + j] ? max(MAGNITUDE(W[i * ld + j]), 1u) : 0u;
  }
}
