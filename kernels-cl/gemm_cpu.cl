// C = epilogue(alpha * op(A) * op(B) + beta * C), for CPU devices.
//
// All matrices are row-major with a leading dimension that is a multiple of 16, so that rows of C and B
// can be read and written 16 lanes at a time; what the lanes beyond N hold does not matter.
//
// One work-item per work-group, no local memory: a group takes pieces of C, each a block of rows and one or several
// panels of LANES * NV columns. It copies its panels of op(B) into private memory, unless it has them from the piece
// before, then walks down the rows MR at a time and along the panels, with MR * NV accumulators, which together with a
// row of the panel fill the vector registers. Several panels where K is small: C is then touched in longer stretches.
//
// Tunables:
//   TRANS_A, TRANS_B  0 or 1: whether the operand is stored transposed
//   LANES             floats in a vector: 8 or 16
//   MR                rows of the register tile, 1 to 12
//   NV                vectors in a row of the register tile, 1 to 4
//                     6 x 2 x 8 fits 16 registers of 8 lanes (the default), 6 x 4 x 16, 8 x 3 x 16 and 12 x 2 x 16 fit 32 of 16
//   KC                depth of all private panels together, a multiple of 16: 4 * LANES * NV * KC bytes, to
//                     fit the second-level cache
//   DIRECT            1: B is not transposed and LANES * NV wide, so that it is its own panel
//   ADAM              1: the product is the gradient of C, which takes a step of Adam; K is at most KC, alpha is 1
//   MASKED            1: that step leaves pruned weights 0; see adam_update.cl

#define UNROLL _Pragma("unroll")

#include "prefetch.cl"
#include "tickets.cl"
#include "vector.cl"

#if ADAM
#include "adam_update.cl"

// The moments, in C's layout.
typedef struct {
  __global float* first;
  __global float* second;
  Adam adam;
#if MASKED
  __global const uchar* mask;
  int goOn;
#endif
} Epilogue;

// What a tile leaves for the next one: its steps of Adam, whose divisions and waits for memory the next tile's sums
// hide. They are `count` vectors in rows of `width`, the first one at `first` in C.
typedef struct {
  int count, width;
  size_t first;
  Vector gradients[MR * NV];
} Waiting;

// Whose turn it is: gradients[n], the vector at `at` in C, after so many others of its row.
typedef struct {
  int n, column;
  size_t at;
} Turn;

// The next step of Adam. What lies `ahead` of its weights is asked for.
__attribute__((always_inline))
static inline void update(const Epilogue e, const Waiting* waiting, Turn* turn, __global float* C, const int ldc,
                          const size_t ahead) {
  const size_t at = turn->at;
  __global Vector* w = (__global Vector*)(C + at);
  *w = adamUpdate(e.adam, *w, waiting->gradients[turn->n],
#if MASKED
                  KEPT(e.mask + at), e.goOn,
#endif
                  (__global Vector*)(e.first + at), (__global Vector*)(e.second + at));
  PREFETCH_SOON(C + at + ahead);
  PREFETCH_SOON(e.first + at + ahead);
  PREFETCH_SOON(e.second + at + ahead);
#if MASKED
  PREFETCH_SOON(e.mask + at + ahead);
#endif
  turn->n++;
  turn->at += LANES;
  if (++turn->column == waiting->width) {
    turn->column = 0;
    turn->at += ldc - LANES * waiting->width;
  }
}
#else
// bias: a float per row, or null; relu: 0 or 1; gate: in C's layout, or null: where it isn't positive, the
// result becomes 0, which is the gradient through ReLU.
typedef struct {
  float beta;
  __global const float* bias;
  int relu;
  __global const float* gate;
} Epilogue;

// begun: whether C holds a part of this product already; done: whether this is the last part.
__attribute__((always_inline))
static inline void store(const Epilogue e, Vector x, __global float* C, const size_t at,
                         const size_t row, const int begun, const int done) {
  __global Vector* y = (__global Vector*)(C + at);
  const float scale = begun ? 1.0f : e.beta;
  if (scale != 0.0f) x = fma(scale, *y, x);
  if (done) {
    if (e.bias) x += e.bias[row];
    // Not fmax, which would swallow a NaN.
    if (e.relu) x = select(x, (Vector)(0.0f), x < 0.0f);
    if (e.gate) x = select(x, (Vector)(0.0f), *(__global const Vector*)(e.gate + at) <= 0.0f);
  }
  *y = x;
}
#endif

#if DIRECT
#define PANEL __global const Vector
#else
#define PANEL Vector
#endif

// Copies rows k0 to k0 + depth - 1 of op(B), nv vectors from column j on.
__attribute__((always_inline))
static inline void pack(const int nv, Vector* packed, const size_t j, const int k0, const int depth,
                        const int N, __global const float* B, const int ldb) {
#if TRANS_B && !DIRECT
  if (ldb == 1) {  // a single column is stored without padding, and its transpose is a single row
    for (int l = 0; l < LANES * nv; l++) ((float*)packed)[l] = B[min(j + l, (size_t)N - 1)];
    return;
  }
  for (int v = 0; v < nv; v++) {
    for (int k = 0; k < depth; k += LANES) {
      Vector x[LANES];
      UNROLL for (int l = 0; l < LANES; l++) {
        const size_t column = min(j + LANES * v + l, (size_t)N - 1);
        x[l] = *(__global const Vector*)(B + column * ldb + k0 + k);
      }
      transpose(x);
      UNROLL for (int l = 0; l < LANES; l++) packed[nv * (k + l) + v] = x[l];
    }
  }
#else
  for (int k = 0; k < depth; k++) {
    __global const Vector* b = (__global const Vector*)(B + (size_t)(k0 + k) * ldb + j);
    UNROLL for (int v = 0; v < nv; v++) packed[nv * k + v] = b[v];
  }
#endif
}

// How many steps ahead a row of a transposed A is asked for: rows whole 2 KiB apart push each other out of the nearest
// cache.
#define AHEAD(lda) ((lda) % 512 == 0 ? 2 : 32)

// One column of A's rows, a[0] to a[MR - 1] or where A is transposed all at a[0], times one row of the panel.
__attribute__((always_inline))
static inline void multiplyAdd(const int nv, PANEL* packed, __global const float** a, const int lda, const int k,
                               Vector (*c)[NV]) {
#if TRANS_A
  // Rows lie too far apart for the processor to foresee: this tile's, into the nearest cache, and the next one's.
  PREFETCH_SOON(a[0] + (size_t)(k + AHEAD(lda)) * lda);
  PREFETCH_SOON(a[0] + (size_t)(k + AHEAD(lda)) * lda + MR - 1);
  PREFETCH(a[0] + (size_t)k * lda + 2 * MR, 0);
#elif !ADAM
  // The next tile's rows, a line in each of 16 steps.
  if ((k & 15) < MR) PREFETCH(a[0] + (size_t)(MR + (k & 15)) * lda + k, 0);
#endif
  Vector b[NV];
  UNROLL for (int v = 0; v < NV; v++) {
    if (v < nv) b[v] = packed[nv * k + v];
  }
  UNROLL for (int r = 0; r < MR; r++) {
#if TRANS_A
    const Vector t = a[0][(size_t)k * lda + r];
#else
    const Vector t = a[r][k];
#endif
    UNROLL for (int v = 0; v < NV; v++) {
      if (v < nv) {
        c[r][v] = fma(t, b[v], c[r][v]);
        IN_ORDER(c[r][v]);
      }
    }
  }
}

// MR rows from row i on, as far as last - 1 and within A, of a panel's nv vectors from column j on. nv is a constant where
// this is called, so that all loops over r and v unroll and c lives in registers. No restrict here: the
// kernel's own says it, and simulators don't know what inlining makes of a second one.
__attribute__((always_inline))
static inline void tile(const int nv, PANEL* packed, const size_t i, const size_t last, const size_t j,
                        const int k0, const int depth, const int K, const float alpha,
                        __global const float* A, const int lda, __global float* C, const int ldc,
#if ADAM
                        Waiting* waiting,
#endif
                        const Epilogue epilogue) {
  Vector c[MR][NV];
#if TRANS_A
  // Rows lie side by side: a ragged tile begins further up, and drops what is not its own.
  const size_t top = min(i, (size_t)(lda - MR));
  __global const float* a[1] = {A + (size_t)k0 * lda + top};
#else
  // A ragged tile computes its last row again and drops it.
  const size_t top = i;
  __global const float* a[MR];
#endif
  UNROLL for (int r = 0; r < MR; r++) {
    const size_t row = min(top + r, last - 1);
#if !TRANS_A
    a[r] = A + row * lda + k0;
#endif
    UNROLL for (int v = 0; v < NV; v++) c[r][v] = 0;
#if !ADAM
    // Rows of C lie a page each apart: on their way while the products are summed.
    for (int l = 0; l < LANES * nv; l += 16) PREFETCH(C + row * ldc + j + l, 1);
#endif
  }
#if ADAM
  const size_t first = i * ldc + j;
  const size_t ahead = first - waiting->first;  // from weights that step now to those that this tile leaves
  const int count = waiting->count;
  Turn turn = {0, 0, waiting->first};
  int k = 0;
  for (; k < min(count, depth); k++) {
    update(epilogue, waiting, &turn, C, ldc, ahead);
    multiplyAdd(nv, packed, a, lda, k, c);
  }
  while (turn.n < count) update(epilogue, waiting, &turn, C, ldc, ahead);
  for (; k < depth; k++) multiplyAdd(nv, packed, a, lda, k, c);
  UNROLL for (int r = 0; r < MR; r++) {
    UNROLL for (int v = 0; v < NV; v++) {
      if (v < nv) waiting->gradients[nv * r + v] = c[r][v];
    }
  }
  waiting->count = nv * (int)min((size_t)MR, last - i);
  waiting->width = nv;
  waiting->first = first;
#else
  int k = 0;
  do {
    multiplyAdd(nv, packed, a, lda, k, c);
  } while (++k < depth);
  UNROLL for (int r = 0; r < MR; r++) {
    const size_t row = top + r;
    if (row < i) continue;
    if (row >= last) break;
    UNROLL for (int v = 0; v < NV; v++) {
      if (v < nv) store(epilogue, alpha * c[r][v], C, row * ldc + j + LANES * v, row, k0 > 0, k0 + depth == K);
    }
  }
#endif
}

// Runs `work` with nv being the constant that a panel's width is. Only the last panel may be narrower than NV,
// by what multiples of 16 columns leave.
#if NV > 1 && (LANES == 16 || NV % 2 == 1)
#define CASE_1(work) case 1: { const int nv = 1; work; break; }
#else
#define CASE_1(work)
#endif
#if NV > 2
#define CASE_2(work) case 2: { const int nv = 2; work; break; }
#else
#define CASE_2(work)
#endif
#if NV > 3 && LANES == 16
#define CASE_3(work) case 3: { const int nv = 3; work; break; }
#else
#define CASE_3(work)
#endif
#define WITH_WIDTH(width, work)                                                                    \
  switch (width) {                                                                                 \
    CASE_1(work)                                                                                   \
    CASE_2(work)                                                                                   \
    CASE_3(work)                                                                                   \
    default: { const int nv = NV; work; }                                                          \
  }

// Tickets are pieces of C: `rows` rows, a multiple of MR, times `panelsAcross` panels, `down` of them below one
// another. K is summed in blocks, a multiple of 16 and at most KC. More than one panel only where panelsAcross times K,
// in whole 16s, is at most KC. Groups take tickets as in tickets.cl.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void gemm(const int M, const int N, const int K,
                   const float alpha,
                   __global const float* restrict A, const int lda,
                   __global const float* restrict B, const int ldb,
                   __global float* restrict C, const int ldc,
                   const int rows, const int panelsAcross, const int down, const int block,
#if ADAM
                   __global float* restrict moment1, __global float* restrict moment2,
                   const float beta1, const float keep1, const float beta2, const float keep2,
                   const float step, const float scale, const float epsilon, const float decay,
#if MASKED
                   __global const uchar* restrict mask, const int goOn,
#endif
                   volatile __global uint* next, const uint begin, const uint tickets) {
  const Epilogue epilogue = {
      moment1, moment2, {beta1, keep1, beta2, keep2, step, scale, epsilon, decay},
#if MASKED
      mask, goOn
#endif
  };
#else
                   const float beta, __global const float* restrict bias, const int relu,
                   __global const float* restrict gate,
                   volatile __global uint* next, const uint begin, const uint tickets) {
  const Epilogue epilogue = {beta, bias, relu, gate};
#endif
#if !DIRECT
  Vector panels[NV * KC];
  int there = -1;  // whose panels these are
#endif
#if ADAM
  Waiting waiting;
  waiting.count = 0;
  waiting.first = 0;
#define TILE(nv)                                                                                   \
  tile(nv, packed, i, last, j, k0, depth, K, alpha, A, lda, C, ldc, &waiting, epilogue)
#else
#define TILE(nv) tile(nv, packed, i, last, j, k0, depth, K, alpha, A, lda, C, ldc, epilogue)
#endif
  for (uint taken = 0;; taken++) {
    const uint ticket = nextTicket(next, begin, tickets, taken);
    if (ticket >= tickets) break;
    const int across = ticket / down;
    const size_t left = (size_t)across * panelsAcross * LANES * NV;
    const size_t right = min(left + (size_t)panelsAcross * LANES * NV, (size_t)ldc);
    const size_t first = (size_t)(ticket % down) * rows;
    const size_t last = min(first + (size_t)rows, (size_t)M);
    for (int k0 = 0; k0 < K; k0 += block) {
      const int depth = min(block, K - k0);
      const int room = NV * ((depth + 15) / 16 * 16);  // vectors of a panel
#if DIRECT
      PANEL* panels = (PANEL*)(B + (size_t)k0 * ldb);
#else
      if (across != there || K > block) {
        Vector* target = panels;
        for (size_t j = left; j < right; j += LANES * NV, target += room) {
          WITH_WIDTH((right - j) / LANES, pack(nv, target, j, k0, depth, N, B, ldb))
        }
        there = across;
      }
#endif
      for (size_t i = first; i < last; i += MR) {
        PANEL* packed = panels;
        for (size_t j = left; j < right; j += LANES * NV, packed += room) {
          WITH_WIDTH(DIRECT ? NV : (right - j) / LANES, TILE(nv))
        }
      }
    }
  }
#if ADAM
  Turn turn = {0, 0, waiting.first};
  while (turn.n < waiting.count) update(epilogue, &waiting, &turn, C, ldc, 0);
#endif
}
