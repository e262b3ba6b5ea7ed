// C = epilogue(alpha * op(A) * op(B) + beta * C), for GPUs and accelerators.
//
// All matrices are row-major. Leading dimensions are multiples of 16, so that memory is read and written
// 16 bytes at a time; only an operand of a single column is stored without padding. What the lanes beyond
// a row's end hold does not matter.
//
// A work-group of 16 x 16 items computes a 64 x 64 tile of C, 4 x 4 elements per item, from tiles of op(A)
// and op(B) staged in local memory, 16 of the inner dimension at a time: one 16-byte piece of each operand
// per item. The next stage's pieces are on their way while this one's are multiplied. Local memory:
// 8,704 bytes.
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed

#define ITEMS 16
#define TILE (4 * ITEMS)
#define DEPTH 16
// From one row of a staged tile to the next: a piece more than it holds, which keeps GPU banks apart.
#define STRIDE (ITEMS + 1)

// Elements (r, c) to (r, c + 3) of a stored matrix, c a multiple of 4; zeros outside it.
static inline float4 piece(__global const float* P, const int ld, const int rows, const int columns,
                           const int r, const int c) {
  if (r >= rows || c >= columns) return 0;
  if (ld == 1) return (float4)(P[r], 0, 0, 0);
  const float4 v = *(__global const float4*)(P + (size_t)r * ld + c);
  // Not a product with 0 or 1: the padding may hold a NaN.
  return select((float4)(0), v, c + (int4)(0, 1, 2, 3) < columns);
}

// An item's piece of a tile of op(P), `outer` being the axis of C and `inner` that of the sum: along the
// outer axis where that is the stored rows' own, else along the inner axis.
static inline float4 read(const int alongOuter, __global const float* P, const int ld,
                          const int outers, const int inners, const int outer0, const int inner0,
                          const int item) {
  if (alongOuter) {
    return piece(P, ld, inners, outers, inner0 + item / ITEMS, outer0 + item % ITEMS * 4);
  }
  return piece(P, ld, outers, inners, outer0 + item / (DEPTH / 4), inner0 + item % (DEPTH / 4) * 4);
}

// Puts the piece where it belongs: a row of the tile is one step along the inner axis.
static inline void stage(const int alongOuter, __local float4* tile, const int item, const float4 v) {
  if (alongOuter) {
    tile[item / ITEMS * STRIDE + item % ITEMS] = v;
  } else {
    __local float* t = (__local float*)(tile + item % (DEPTH / 4) * 4 * STRIDE) + item / (DEPTH / 4);
    t[0] = v.x;
    t[4 * STRIDE] = v.y;
    t[8 * STRIDE] = v.z;
    t[12 * STRIDE] = v.w;
  }
}

// The epilogue of one row's four elements. Columns beyond N fall into the row's padding.
static inline void store(const int i, const int j, const int M, const float alpha, const float4 sum,
                         const float beta, __global float* C, const int ldc,
                         __global const float* bias, const int relu) {
  if (i >= M) return;
  __global float4* c = (__global float4*)(C + (size_t)i * ldc + j);
  float4 v = alpha * sum;
  if (beta != 0.0f) v = fma(beta, *c, v);
  if (bias) v += bias[i];
  if (relu) v = select(v, (float4)(0.0f), v < 0.0f);  // not fmax, which would swallow a NaN
  *c = v;
}

// Global size: (ceil(N / 64) * 16, ceil(M / 64) * 16), local size (16, 16).
// bias: M floats added to the rows, or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(ITEMS, ITEMS, 1)))
#ifdef cl_intel_required_subgroup_size
__attribute__((intel_reqd_sub_group_size(16)))  // in sub-groups of 32, some of Intel's GPUs spill
#endif
__kernel void gemm(const int M, const int N, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   const float beta,
                   __global float* restrict C, const int ldc,
                   __global const float* restrict bias, const int relu) {
  __local float4 tileA[DEPTH * STRIDE];
  __local float4 tileB[DEPTH * STRIDE];
  const int x = get_local_id(0), y = get_local_id(1);
  const int item = y * ITEMS + x;
  const int row0 = get_group_id(1) * TILE, col0 = get_group_id(0) * TILE;
  float4 c0 = 0, c1 = 0, c2 = 0, c3 = 0;

  float4 nextA = read(TRANS_A, A, lda, M, K, row0, 0, item);
  float4 nextB = read(!TRANS_B, B, ldb, N, K, col0, 0, item);
  for (int k0 = 0; k0 < K; k0 += DEPTH) {
    stage(TRANS_A, tileA, item, nextA);
    stage(!TRANS_B, tileB, item, nextB);
    barrier(CLK_LOCAL_MEM_FENCE);
    nextA = read(TRANS_A, A, lda, M, K, row0, k0 + DEPTH, item);
    nextB = read(!TRANS_B, B, ldb, N, K, col0, k0 + DEPTH, item);
    for (int k = 0; k < DEPTH; k++) {
      const float4 a = tileA[k * STRIDE + y], b = tileB[k * STRIDE + x];
      c0 = fma(a.x, b, c0);
      c1 = fma(a.y, b, c1);
      c2 = fma(a.z, b, c2);
      c3 = fma(a.w, b, c3);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  const int i = row0 + 4 * y, j = col0 + 4 * x;
  if (j >= N) return;
  store(i, j, M, alpha, c0, beta, C, ldc, bias, relu);
  store(i + 1, j, M, alpha, c1, beta, C, ldc, bias, relu);
  store(i + 2, j, M, alpha, c2, beta, C, ldc, bias, relu);
  store(i + 3, j, M, alpha, c3, beta, C, ldc, bias, relu);
}
