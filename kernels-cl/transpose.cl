// B = A transposed: A is M x N, B is N x M, both row-major with leading dimensions of their own.
//
// A work-group moves a TILE x TILE tile through local memory, so that reads and writes both run along
// rows. On a CPU one item per work-group moves the whole tile, on a GPU TILE items move a column each.
//
// Tunables:
//   LOCAL  items per work-group: 1 on a CPU, 16 on a GPU

#define TILE 16

// Global size: (ceil(N / 16) * LOCAL, ceil(M / 16)), local size (LOCAL, 1).
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void transpose(const int M, const int N, __global const float* restrict A, const int lda,
                        __global float* restrict B, const int ldb) {
  __local float tile[TILE][TILE + 1];  // one more column keeps GPU banks apart
  const int i0 = get_group_id(1) * TILE, j0 = get_group_id(0) * TILE;
  const int rows = min(TILE, M - i0), cols = min(TILE, N - j0);
  for (int c = get_local_id(0); c < cols; c += LOCAL) {
    for (int r = 0; r < rows; r++) tile[r][c] = A[(size_t)(i0 + r) * lda + j0 + c];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int r = get_local_id(0); r < rows; r += LOCAL) {
    for (int c = 0; c < cols; c++) B[(size_t)(j0 + c) * ldb + i0 + r] = tile[r][c];
  }
}
