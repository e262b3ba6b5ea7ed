// Y = L_n(... L_2(L_1(X))), for CPU devices: layers act(W * X + b) one after the other for a batch, in one launch. Its
// samples are cut into slices, each of which goes through all layers on one thread: between launches threads fall
// asleep and have to be woken, and one that has no work left waits for the other.
//
//   table[6 * layers]  of each layer: inputs K; outputs M; where its floats begin in values; where its rows' starts
//                      begin in table, after the columns of a block, or -1 if it is dense; where its elements begin in
//                      indices; 1 if ReLU follows
//   values             of each layer: the bias, then W. Dense: tiles of MR rows, column by column, the last one padded
//                      with zeros, as the bias is. Sparse: the elements that are not zero, rows of one block of columns
//                      after the other
//   indices            column of each of these elements in its block
//
// Tunables:
//   LANES  floats in a vector: 8 or 16
//   PART   samples in a part of a slice: half as many as lanes, or where TURNED a quarter
//   PARTS  in a slice, 1 to 8: whole vectors unless TURNED
//   MR     rows of the dense product's register tile; where TURNED, LANES times 3 or 4
//   TURNED 1: that tile's vectors lie along the rows, of PART samples at a time: of few samples it would take more
//          loads than multiply-adds

#define UNROLL _Pragma("unroll")

#include "prefetch.cl"
#include "tickets.cl"
#include "vector.cl"

// Vectors of samples in a slice.
#define NV ((PARTS * PART + LANES - 1) / LANES)

#if PART == 8
typedef float8 Part;
#elif PART == 4
typedef float4 Part;
#else
typedef float2 Part;
#endif

// Rows of a layer come in so many.
#if TURNED
#define STEP LANES
#else
#define STEP MR
#endif

// Not fmax, which would swallow a NaN.
#define RECTIFIED(sum) (relu ? select(sum, (Vector)(0.0f), sum < 0.0f) : sum)

#if TURNED
#define ACROSS (MR / LANES)

// Columns of W that the nearest cache holds while all parts meet them: 24 KB of 48 rows. A single part meets them once,
// so any number will do.
#define BLOCK (PARTS > 1 ? 128 : 65536)

// Rows 0 to LANES * across - 1 of act(W * x + b), W by columns. across is a constant where this is called.
__attribute__((always_inline))
static inline void tile(const int across, __global const float* W, __global const Vector* x, const int K,
                        __global const float* bias, const int relu, __global Vector* y) {
  Vector sums[NV][ACROSS][LANES];  // rows of each sample
  UNROLL for (int a = 0; a < ACROSS; a++) {
    UNROLL for (int s = PARTS * PART; s < NV * LANES; s++) sums[NV - 1][a][s % LANES] = 0;
  }
  for (int k0 = 0; k0 < K; k0 += BLOCK) {
    const int last = min(k0 + BLOCK, K);
    for (int part = 0; part < PARTS; part++) {
      const int v = part * PART / LANES, first = part * PART % LANES;
      Vector c[PART][ACROSS];
      UNROLL for (int s = 0; s < PART; s++) {
        UNROLL for (int a = 0; a < ACROSS; a++) {
          if (a < across) c[s][a] = k0 > 0 ? sums[v][a][first + s] : ((__global const Vector*)bias)[a];
        }
      }
      __global const float* samples = (__global const float*)(x + v) + first;
#if PARTS > 1
      // What comes two blocks later, a share with each part.
      __global const float* next = W + MR * ((size_t)k0 + 2 * BLOCK + (last - k0) * part / PARTS);
#endif
      for (int k = k0; k < last; k++) {
#if PARTS > 1
        for (int l = 0; l < MR / PARTS; l += 16) PREFETCH(next + MR / PARTS * (k - k0) + l, 0);
#endif
        Vector w[ACROSS];
        UNROLL for (int a = 0; a < ACROSS; a++) {
          if (a < across) w[a] = ((__global const Vector*)W)[across * k + a];
        }
        UNROLL for (int s = 0; s < PART; s++) {
          const Vector t = samples[LANES * NV * k + s];
          UNROLL for (int a = 0; a < ACROSS; a++) {
            if (a < across) {
              c[s][a] = fma(t, w[a], c[s][a]);
              IN_ORDER(c[s][a]);
            }
          }
        }
      }
      UNROLL for (int s = 0; s < PART; s++) {
        UNROLL for (int a = 0; a < ACROSS; a++) {
          if (a < across) sums[v][a][first + s] = c[s][a];
        }
      }
    }
  }
  for (int v = 0; v < NV; v++) {
    for (int a = 0; a < across; a++) {
      transpose(sums[v][a]);
      UNROLL for (int l = 0; l < LANES; l++) y[NV * (LANES * a + l) + v] = RECTIFIED(sums[v][a][l]);
    }
  }
}

// Runs `work` with across being the constant that a tile's width in vectors is.
#define CASE(n, work) case n: { const int across = n; work; break; }
#if ACROSS > 3
#define CASE_3(work) CASE(3, work)
#else
#define CASE_3(work)
#endif
#define WITH_WIDTH(width, work)                                                                    \
  switch (width) {                                                                                 \
    CASE(1, work)                                                                                  \
    CASE(2, work)                                                                                  \
    CASE_3(work)                                                                                   \
    default: { const int across = ACROSS; work; }                                                  \
  }
#else
// Rows 0 to MR - 1 of act(W * x + b), W by columns.
__attribute__((always_inline))
static inline void tile(__global const float* W, __global const Vector* x, const int K, __global const float* bias,
                        const int relu, __global Vector* y) {
  Vector c[MR][NV];
  UNROLL for (int r = 0; r < MR; r++) {
    UNROLL for (int v = 0; v < NV; v++) c[r][v] = bias[r];
  }
  for (int k = 0; k < K; k++) {
    Vector b[NV];
    UNROLL for (int v = 0; v < NV; v++) b[v] = x[NV * k + v];
    UNROLL for (int r = 0; r < MR; r++) {
      const Vector t = W[MR * k + r];
      UNROLL for (int v = 0; v < NV; v++) {
        c[r][v] = fma(t, b[v], c[r][v]);
        IN_ORDER(c[r][v]);
      }
    }
  }
  UNROLL for (int r = 0; r < MR; r++) {
    UNROLL for (int v = 0; v < NV; v++) y[NV * r + v] = RECTIFIED(c[r][v]);
  }
}
#endif

// The M rows of one block of columns, whose inputs x is.
__attribute__((always_inline))
static inline void rows(const int M, __global const int* starts, __global const ushort* indices,
                        __global const float* elements, __global const Vector* x, __global const float* bias,
                        const int begun, const int relu, __global Vector* y) {
  size_t p = starts[0];
  for (int i = 0; i < M; i++, y += NV) {
    Vector s[NV];
    UNROLL for (int v = 0; v < NV; v++) s[v] = begun ? y[v] : (Vector)(bias[i]);
    const size_t end = starts[i + 1];
#if NV < 3
    Vector t[NV];
    UNROLL for (int v = 0; v < NV; v++) t[v] = 0;
    for (; p + 2 <= end; p += 2) {
      __global const Vector* a = x + indices[p] * (size_t)NV;
      __global const Vector* b = x + indices[p + 1] * (size_t)NV;
      UNROLL for (int v = 0; v < NV; v++) s[v] = fma((Vector)(elements[p]), a[v], s[v]);
      UNROLL for (int v = 0; v < NV; v++) t[v] = fma((Vector)(elements[p + 1]), b[v], t[v]);
    }
    UNROLL for (int v = 0; v < NV; v++) s[v] += t[v];
#endif
    for (; p < end; p++) {
      __global const Vector* a = x + indices[p] * (size_t)NV;
      UNROLL for (int v = 0; v < NV; v++) s[v] = fma((Vector)(elements[p]), a[v], s[v]);
    }
    UNROLL for (int v = 0; v < NV; v++) y[v] = RECTIFIED(s[v]);
  }
}

// Samples j to j + LANES * NV - 1 of X, K features of each, as a panel: feature by feature. What lies beyond a slice's
// parts, or beyond N, doesn't matter.
static void load(const size_t j, const int K, const int N, __global const float* X, const int ldx, const int bySample,
                 __global Vector* panel) {
  if (!bySample) {
    __global Part* parts = (__global Part*)panel;
    for (int k = 0; k < K; k++) {
      for (int l = 0; l < LANES * NV; l += PART) {
        *parts++ = *(__global const Part*)(X + k * (size_t)ldx + min(j + l, (size_t)ldx - PART));
      }
    }
    return;
  }
  if (ldx == 1) {  // a single column is stored without padding
    for (int l = 0; l < LANES * NV; l++) ((__global float*)panel)[l] = X[min(j + l, (size_t)N - 1)];
    return;
  }
  for (int v = 0; v < NV; v++) {
    for (int k = 0; k < K; k += LANES) {
      Vector x[LANES];
      UNROLL for (int l = 0; l < LANES; l++) {
        x[l] = *(__global const Vector*)(X + min(j + LANES * v + l, (size_t)N - 1) * ldx + k);
      }
      transpose(x);
      UNROLL for (int l = 0; l < LANES; l++) panel[NV * (k + l) + v] = x[l];
    }
  }
}

// X: N x K by samples, or K x N; Y: M x N; rows with a leading dimension of whole 16s, what lies beyond N doesn't matter.
// A slice is PARTS * PART samples.
// scratch: for each slot, two panels of `height` rows of NV vectors, those that any layer takes or gives. A slot is for
// one slice, or, of more slices than slots, which are then as many as groups, for one group.
// next: a counter that groups take slices from, `begin` before this launch.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void chain_batch(const int layers, __global const int* restrict table, __global const ushort* restrict indices,
                          __global const float* restrict values, __global const float* X, const int ldx,
                          const int bySample, const int N, __global Vector* scratch, const int height, const int slots,
                          __global float* Y, const int ldy,
                          volatile __global uint* next, const uint begin, const uint slices) {
  for (uint taken = 0;; taken++) {
    const uint slice = nextTicket(next, begin, slices, taken);
    if (slice >= slices) return;
    const size_t j = (size_t)slice * PARTS * PART;
    __global Vector* in = scratch + (slices <= slots ? slice : get_group_id(0)) * 2 * height * NV;
    __global Vector* out = in + (size_t)height * NV;
    load(j, table[0], N, X, ldx, bySample, in);
    int M = 0;
    for (int n = 0; n < layers; n++) {
      __global const int* layer = table + 6 * n;
      const int K = layer[0];
      M = layer[1];
      const int padded = (M + STEP - 1) / STEP * STEP;
      __global const float* bias = values + layer[2];
      __global const float* W = bias + (padded + 15) / 16 * 16;
      if (layer[3] < 0) {
        for (int i = 0; i < padded; i += MR) {
#if TURNED
          WITH_WIDTH((padded - i) / LANES, tile(across, W + (size_t)i * K, in, K, bias + i, layer[5], out + NV * i))
#else
          tile(W + (size_t)i * K, in, K, bias + i, layer[5], out + NV * i);
#endif
        }
      } else {
        __global const int* starts = table + layer[3];
        const int width = *starts++;
        for (int k = 0; k < K; k += width, starts += M) {
          rows(M, starts, indices + layer[4], W, in + (size_t)NV * k, bias, k > 0, layer[5] && k + width >= K, out);
        }
      }
      __global Vector* swap = in;
      in = out;
      out = swap;
    }
    for (int i = 0; i < M; i++) {
      for (int l = 0; l < PARTS * PART && j + l < (size_t)ldy; l += PART) {
        *(__global Part*)(Y + i * (size_t)ldy + j + l) = *(__global const Part*)((__global float*)(in + NV * i) + l);
      }
    }
  }
}
