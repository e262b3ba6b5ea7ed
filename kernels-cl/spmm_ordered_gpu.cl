// Y = epilogue(S * X) for GPUs and accelerators: S is M x K in CSR, its rows taken by falling length, X is K x N
// and Y is M x N, row-major with the leading dimension ld, a multiple of 16; what the lanes beyond N hold does not
// matter.
//
// A work-group owns LOCAL_Y rows, about as long as each other, and a tile of 4 * LOCAL_X * ACROSS columns. Stage by
// stage its items load the next 4 * LOCAL_X elements of each row, side by side, into local memory, each index as the
// place of its row of X; then each item multiplies them into its ACROSS pieces of 4 neighbouring columns of one row.
// An element read from local memory thus serves 4 * ACROSS multiply-adds, and X is read in pieces of 16 bytes next to
// each other. Every sum is taken in the order of its row: no atomics, the same bits each time.
// Local memory: 32 * LOCAL_Y * (LOCAL_X + 1) bytes.
//
// Tunables:
//   LOCAL_X, LOCAL_Y  items per work-group along columns and rows: 4 x 16, 8 x 8 or 16 x 4
//   ACROSS            pieces of an item, LOCAL_X pieces apart: 1 or 2
//   INDEX             type of a column index: ushort for at most 65,536 columns, else int

#define DEPTH (4 * LOCAL_X)

#define UNROLL _Pragma("unroll")

// Global size: (ceil(ld / 4 / LOCAL_X / ACROSS) * LOCAL_X, ceil(M / LOCAL_Y) * LOCAL_Y).
// order: the M rows by falling length; bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(LOCAL_X, LOCAL_Y, 1)))
__kernel void spmm_ordered(const int M, __global const int* restrict order, __global const int* restrict starts,
                           __global const INDEX* restrict columns, __global const float* restrict values,
                           __global const float4* restrict X, __global float4* restrict Y,
                           __global const float* restrict bias, const int relu, const int ld) {
  // One piece more than a row's stage has, which keeps the rows in different banks.
  __local int4 places[LOCAL_Y][LOCAL_X + 1];
  __local float4 weights[LOCAL_Y][LOCAL_X + 1];
  const int x = get_local_id(0), y = get_local_id(1);
  const int first = get_group_id(1) * LOCAL_Y, pieces = ld / 4;
  const int longest = starts[order[first] + 1] - starts[order[first]];
  const int row = first + y < M ? order[first + y] : -1;
  const int start = row < 0 ? 0 : starts[row];
  const int length = row < 0 ? 0 : starts[row + 1] - start;
  columns += start;
  values += start;

  int j[ACROSS];
  float4 sum[ACROSS];
  UNROLL for (int v = 0; v < ACROSS; v++) {
    j[v] = (get_group_id(0) * ACROSS + v) * LOCAL_X + x;
    sum[v] = 0;
  }
  // Items beyond the last column multiply it too, rather than test for it at every element.
  __global const float4* at[ACROSS];
  UNROLL for (int v = 0; v < ACROSS; v++) at[v] = X + min(j[v], pieces - 1);

  __local int* place = (__local int*)places[y];
  __local float* weight = (__local float*)weights[y];
  for (int done = 0; done < longest; done += DEPTH) {
    UNROLL for (int s = 0; s < 4; s++) {
      const int e = s * LOCAL_X + x;
      if (done + e < length) {
        place[e] = columns[done + e] * pieces;
        weight[e] = values[done + e];
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int steps = min(DEPTH, length - done);
    int e = 0;
    for (; e + 4 <= steps; e += 4) {
      const int4 p = places[y][e / 4];
      const float4 w = weights[y][e / 4];
      float4 a[ACROSS], b[ACROSS], c[ACROSS], d[ACROSS];
      UNROLL for (int v = 0; v < ACROSS; v++) {
        a[v] = at[v][p.x];
        b[v] = at[v][p.y];
        c[v] = at[v][p.z];
        d[v] = at[v][p.w];
      }
      UNROLL for (int v = 0; v < ACROSS; v++) {
        sum[v] = fma(w.x, a[v], sum[v]);
        sum[v] = fma(w.y, b[v], sum[v]);
        sum[v] = fma(w.z, c[v], sum[v]);
        sum[v] = fma(w.w, d[v], sum[v]);
      }
    }
    for (; e < steps; e++) {
      UNROLL for (int v = 0; v < ACROSS; v++) sum[v] = fma(weight[e], at[v][place[e]], sum[v]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  if (row < 0) return;
  const float add = bias ? bias[row] : 0.0f;
  UNROLL for (int v = 0; v < ACROSS; v++) {
    float4 result = sum[v] + add;
    if (relu) result = select(result, (float4)(0.0f), result < 0.0f);  // not fmax, which would swallow a NaN
    if (j[v] < pieces) Y[(size_t)row * pieces + j[v]] = result;
  }
}
