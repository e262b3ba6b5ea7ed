// C = epilogue(alpha * op(A) * op(B) + beta * C), for GPUs and accelerators.
//
// All matrices are row-major with a leading dimension that is a multiple of 16; what the lanes beyond N
// hold does not matter.
//
// A work-group of 16 x 16 items computes a TILE x TILE tile of C, 4 x 4 elements per item, from tiles of
// op(A) and op(B) staged in local memory, DEPTH of the inner dimension at a time. Elements outside the
// matrices are staged as zeros. Local memory: 2 * TILE * DEPTH floats (8 KiB by default).
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed
//   DEPTH             inner dimension per stage, 16

#define TILE 64
#define ITEMS 16

// Global size: (ceil(N / 64) * 16, ceil(M / 64) * 16), local size (16, 16).
// bias: M floats added to the rows, or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(ITEMS, ITEMS, 1)))
__kernel void gemm(const int M, const int N, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   const float beta,
                   __global float* restrict C, const int ldc,
                   __global const float* restrict bias, const int relu) {
  // op(A)'s tile lies transposed, so that an item reads its four rows as one float4.
  __local float4 tileA[DEPTH][TILE / 4];
  __local float4 tileB[DEPTH][TILE / 4];
  const int x = get_local_id(0), y = get_local_id(1);
  const int item = y * ITEMS + x;
  const int row0 = get_group_id(1) * TILE, col0 = get_group_id(0) * TILE;
  float4 c0 = 0, c1 = 0, c2 = 0, c3 = 0;

  for (int k0 = 0; k0 < K; k0 += DEPTH) {
    for (int e = item; e < DEPTH * TILE; e += ITEMS * ITEMS) {
#if TRANS_A
      const int k = e / TILE, i = e % TILE;  // neighbours read neighbours
      const size_t at = (size_t)(k0 + k) * lda + row0 + i;
#else
      const int i = e / DEPTH, k = e % DEPTH;
      const size_t at = (size_t)(row0 + i) * lda + k0 + k;
#endif
      ((__local float*)tileA[k])[i] = row0 + i < M && k0 + k < K ? A[at] : 0.0f;
    }
    for (int e = item; e < DEPTH * TILE; e += ITEMS * ITEMS) {
#if TRANS_B
      const int j = e / DEPTH, k = e % DEPTH;
      const size_t at = (size_t)(col0 + j) * ldb + k0 + k;
#else
      const int k = e / TILE, j = e % TILE;
      const size_t at = (size_t)(k0 + k) * ldb + col0 + j;
#endif
      ((__local float*)tileB[k])[j] = col0 + j < N && k0 + k < K ? B[at] : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < DEPTH; k++) {
      const float4 a = tileA[k][y], b = tileB[k][x];
      c0 = fma(a.x, b, c0);
      c1 = fma(a.y, b, c1);
      c2 = fma(a.z, b, c2);
      c3 = fma(a.w, b, c3);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  const int j = col0 + 4 * x;
  if (j >= N) return;
  float4 sums[4] = {c0, c1, c2, c3};
  for (int r = 0; r < 4; r++) {
    const int i = row0 + 4 * y + r;
    if (i >= M) return;
    __global float4* c = (__global float4*)(C + (size_t)i * ldc + j);
    float4 v = alpha * sums[r];
    if (beta != 0.0f) v = fma(beta, *c, v);
    if (bias) v += bias[i];
    if (relu) v = select(v, (float4)(0.0f), v < 0.0f);  // not fmax, which would swallow a NaN
    *c = v;
  }
}
