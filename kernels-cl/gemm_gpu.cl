// C = epilogue(alpha * op(A) * op(B) + beta * C), for GPUs and accelerators.
//
// All matrices are row-major. Leading dimensions are multiples of 16, so that memory is read and written
// 16 bytes at a time; only an operand of a single column is stored without padding. What the lanes beyond
// a row's end hold does not matter.
//
// A work-group computes a tile of C from tiles of op(A) and op(B) staged in local memory, DEPTH of the
// inner dimension at a time, in pieces of 4 floats. An item's share are blocks of 4 x 4 elements, spread
// over the tile so that neighbours always touch neighbouring pieces. The next stage's pieces are on their
// way, in registers, while this one's are multiplied. Local memory: 4 * STAGES * DEPTH * (ROWS + COLUMNS
// + 8) bytes.
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed
//   ROWS, COLUMNS     of a work-group's tile of C: multiples of 4 * ITEMS_Y and 4 * ITEMS_X
//   ITEMS_X, ITEMS_Y  items of a work-group along the columns and the rows of C
//   DEPTH             steps along the inner dimension between barriers; a multiple of 4, and such that both
//                     staged tiles have a whole number of pieces per item
//   STAGES            1: a barrier before the staged tiles are used and another before they are replaced;
//                     2: twice the local memory, and only the former

#define ITEMS (ITEMS_X * ITEMS_Y)
// Blocks of an item, down and across, and its pieces of each staged tile.
#define DOWN (ROWS / (4 * ITEMS_Y))
#define ACROSS (COLUMNS / (4 * ITEMS_X))
#define PIECES_A (ROWS * DEPTH / 4 / ITEMS)
#define PIECES_B (COLUMNS * DEPTH / 4 / ITEMS)
// Pieces from one row of a staged tile to the next: one more than it holds, which keeps GPU banks apart.
#define STRIDE(width) ((width) / 4 + 1)

#define UNROLL _Pragma("unroll")

// Intel's compiler unrolls a loop of known length so far that the loads of all its steps, put first, find no
// registers. And an item's share of the registers depends on how many form a sub-group: the widest that
// leaves enough is 16 on chips with registers of 64 bytes, all of which have doubles, and 8 on those of 32
// bytes, which the doubles are missing from.
#ifdef cl_intel_required_subgroup_size
#define STEPS min(DEPTH, last - k0)
#ifdef cl_khr_fp64
#define SUB_GROUP 16
#else
#define SUB_GROUP 8
#endif
#else
#define STEPS DEPTH
#endif

// Elements (r, c) to (r, c + 3) of a stored matrix, c a multiple of 4; zeros outside it.
static inline float4 piece(__global const float* P, const int ld, const int rows, const int columns,
                           const int r, const int c) {
  if (r >= rows || c >= columns) return 0;
  if (ld == 1) return (float4)(P[r], 0, 0, 0);
  const float4 v = *(__global const float4*)(P + (size_t)r * ld + c);
  // Not a product with 0 or 1: the padding may hold a NaN.
  return select((float4)(0), v, c + (int4)(0, 1, 2, 3) < columns);
}

// Piece p of a tile of op(P), `outer` being the axis of C, along which the tile is `width` wide, and
// `inner` that of the sum: along the outer axis where that is the stored rows' own, else along the inner.
static inline float4 read(const int alongOuter, __global const float* P, const int ld,
                          const int outers, const int inners, const int outer0, const int inner0,
                          const int width, const int p) {
  if (alongOuter) {
    return piece(P, ld, inners, outers, inner0 + p / (width / 4), outer0 + p % (width / 4) * 4);
  }
  return piece(P, ld, outers, inners, outer0 + p / (DEPTH / 4), inner0 + p % (DEPTH / 4) * 4);
}

// Puts the piece where it belongs: a row of the staged tile is one step along the inner axis.
static inline void stage(const int alongOuter, __local float4* tile, const int width, const int p,
                         const float4 v) {
  if (alongOuter) {
    tile[p / (width / 4) * STRIDE(width) + p % (width / 4)] = v;
  } else {
    __local float* t =
        (__local float*)(tile + p % (DEPTH / 4) * 4 * STRIDE(width)) + p / (DEPTH / 4);
    t[0] = v.x;
    t[4 * STRIDE(width)] = v.y;
    t[8 * STRIDE(width)] = v.z;
    t[12 * STRIDE(width)] = v.w;
  }
}

// The epilogue of four elements of row i. bias: a float per row, or null; relu: 0 or 1; gate: in C's
// layout, or null: where it isn't positive, the result becomes 0, which is the gradient through ReLU.
// Columns beyond N fall into the row's padding.
static inline void store(const int i, const int j, const float alpha, const float4 sum,
                         const float beta, __global float* C, const int ldc,
                         __global const float* bias, const int relu, __global const float* gate) {
  const size_t at = (size_t)i * ldc + j;
  __global float4* c = (__global float4*)(C + at);
  float4 v = alpha * sum;
  if (beta != 0.0f) v = fma(beta, *c, v);
  if (bias) v += bias[i];
  if (relu) v = select(v, (float4)(0.0f), v < 0.0f);  // not fmax, which would swallow a NaN
  if (gate) v = select(v, (float4)(0.0f), *(__global const float4*)(gate + at) <= 0.0f);
  *c = v;
}

// Global size: (ceil(N / COLUMNS) * ITEMS_X, ceil(M / ROWS) * ITEMS_Y, ceil(K / part)), local size
// (ITEMS_X, ITEMS_Y, 1). part: a multiple of DEPTH. Part z of the inner dimension gets a result of its
// own, z * M * ldc floats behind C, for gemm_sum; a whole product is one part.
__attribute__((reqd_work_group_size(ITEMS_X, ITEMS_Y, 1)))
#ifdef cl_intel_required_subgroup_size
__attribute__((intel_reqd_sub_group_size(SUB_GROUP)))
#endif
__kernel void gemm(const int M, const int N, const int K, const int part,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   const float beta,
                   __global float* restrict C, const int ldc,
                   __global const float* restrict bias, const int relu,
                   __global const float* restrict gate) {
  __local float4 tilesA[STAGES][DEPTH * STRIDE(ROWS)];
  __local float4 tilesB[STAGES][DEPTH * STRIDE(COLUMNS)];
  const int x = get_local_id(0), y = get_local_id(1);
  const int item = y * ITEMS_X + x;
  const int row0 = get_group_id(1) * ROWS, col0 = get_group_id(0) * COLUMNS;
  const int first = get_group_id(2) * part, last = min(K - first, part) + first;

  float4 c[4 * DOWN][ACROSS], nextA[PIECES_A], nextB[PIECES_B];
  UNROLL for (int r = 0; r < 4 * DOWN; r++) {
    UNROLL for (int v = 0; v < ACROSS; v++) c[r][v] = 0;
  }
  UNROLL for (int p = 0; p < PIECES_A; p++) {
    nextA[p] = read(TRANS_A, A, lda, M, last, row0, first, ROWS, p * ITEMS + item);
  }
  UNROLL for (int p = 0; p < PIECES_B; p++) {
    nextB[p] = read(!TRANS_B, B, ldb, N, last, col0, first, COLUMNS, p * ITEMS + item);
  }
  int s = 0;
  for (int k0 = first; k0 < last; k0 += DEPTH) {
    __local float4* tileA = tilesA[s];
    __local float4* tileB = tilesB[s];
    // Not UNROLL: Oclgrind would warn that it does not; all others do.
    for (int p = 0; p < PIECES_A; p++) {
      stage(TRANS_A, tileA, ROWS, p * ITEMS + item, nextA[p]);
    }
    UNROLL for (int p = 0; p < PIECES_B; p++) {
      stage(!TRANS_B, tileB, COLUMNS, p * ITEMS + item, nextB[p]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    UNROLL for (int p = 0; p < PIECES_A; p++) {
      nextA[p] = read(TRANS_A, A, lda, M, last, row0, k0 + DEPTH, ROWS, p * ITEMS + item);
    }
    UNROLL for (int p = 0; p < PIECES_B; p++) {
      nextB[p] = read(!TRANS_B, B, ldb, N, last, col0, k0 + DEPTH, COLUMNS, p * ITEMS + item);
    }
    const int steps = STEPS;
    for (int k = 0; k < steps; k++) {
      float4 b[ACROSS];
      UNROLL for (int v = 0; v < ACROSS; v++) b[v] = tileB[k * STRIDE(COLUMNS) + v * ITEMS_X + x];
      UNROLL for (int d = 0; d < DOWN; d++) {
        const float4 a = tileA[k * STRIDE(ROWS) + d * ITEMS_Y + y];
        UNROLL for (int v = 0; v < ACROSS; v++) {
          c[4 * d][v] = fma(a.x, b[v], c[4 * d][v]);
          c[4 * d + 1][v] = fma(a.y, b[v], c[4 * d + 1][v]);
          c[4 * d + 2][v] = fma(a.z, b[v], c[4 * d + 2][v]);
          c[4 * d + 3][v] = fma(a.w, b[v], c[4 * d + 3][v]);
        }
      }
    }
#if STAGES == 1
    barrier(CLK_LOCAL_MEM_FENCE);
#else
    // The other tiles were last used before the barrier that everybody has just passed.
    s = 1 - s;
#endif
  }

  C += get_group_id(2) * (size_t)M * ldc;
  UNROLL for (int d = 0; d < DOWN; d++) {
    UNROLL for (int r = 0; r < 4; r++) {
      const int i = row0 + 4 * (d * ITEMS_Y + y) + r;
      UNROLL for (int v = 0; v < ACROSS; v++) {
        const int j = col0 + 4 * (v * ITEMS_X + x);
        if (i < M && j < N) {
          store(i, j, alpha, c[4 * d + r][v], beta, C, ldc, bias, relu, gate);
        }
      }
    }
  }
}

// C = epilogue(alpha * (the sum of all parts) + beta * C), the parts one after the other, M * ldc floats
// each, summed in their order. Global size: at least M * ceil(N / 4); local size 64.
__attribute__((reqd_work_group_size(64, 1, 1)))
__kernel void gemm_sum(const int M, const int N, const int parts,
                       __global const float* restrict P,
                       const float alpha, const float beta,
                       __global float* restrict C, const int ldc,
                       __global const float* restrict bias, const int relu,
                       __global const float* restrict gate) {
  const int across = (N + 3) / 4;
  const size_t i = get_global_id(0) / across, j = get_global_id(0) % across * 4;
  if (i >= M) return;
  __global const float* p = P + i * ldc + j;
  float4 sum = 0;
  for (int z = 0; z < parts; z++) {
    sum += *(__global const float4*)p;
    p += (size_t)M * ldc;
  }
  store(i, j, alpha, sum, beta, C, ldc, bias, relu, gate);
}
