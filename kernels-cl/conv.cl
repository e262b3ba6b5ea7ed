// Convolutions of stride 1, forward and to the input's gradient, with an epilogue. As everywhere in deep
// learning they are cross-correlations: the kernel is not flipped.
//
//   BACKWARD 0:  Y[f][r][c] = sum over i, ky, kx of W[f][i][ky][kx] * X[i][r + ky][c + kx]
//   BACKWARD 1:  Y[i][r][c] = sum over f, ky, kx of W[f][i][ky][kx] * X[f][r - ky][c - kx], the terms outside
//                X left out
//
// X and Y are channels x lines x points x lanes. Of a batch, a line is a row of the image, a point a column, and
// the lanes are the samples, padding included: what lanes beyond the last sample hold does not matter. Forward, a
// single sample's lanes are the columns instead, its points the rows, and Y has one line; the kernel's lines are
// then its columns, each of which reads X from one column further on.
//
// A work-item computes tiles of FILTERS channels x POINTS neighbouring points of Y x LANES lanes, in registers:
// for each weight of a channel, POINTS vectors of X are loaded and FILTERS weights broadcast. On a CPU an item
// walks along many tiles, on a GPU it has one and its neighbours the next lanes.
//
// Tunables:
//   BACKWARD         0 or 1
//   LANES            floats in a vector: 1, 4, 8 or 16, at most the lanes that there are
//   FILTERS, POINTS  the register tile: 6 x 4 fits 32 vector registers, 4 x 3 fits 16, 4 x 2 of 4 lanes
//                    what Intel's compiler grants an item of a GPU
//   LOCAL            items per work-group: 1 on a CPU, 64 on a GPU

#define UNROLL _Pragma("unroll")

#include "lanes.cl"
#include "sub_group.cl"

// The epilogue of one vector, of which the first `skip` lanes belong to another tile. bias: a float per channel of
// Y, or null; relu: 0 or 1; gate: in Y's layout, or null: where it isn't positive, the result becomes 0, which
// is the gradient through ReLU.
__attribute__((always_inline))
static inline void store(Vector y, __global float* Y, const size_t at, const int channel, const int skip,
                         __global const float* bias, const int relu, __global const float* gate) {
  if (bias) y += bias[channel];
  // Not fmax, which would swallow a NaN.
  if (relu) y = select(y, (Vector)(0.0f), y < 0.0f);
  if (gate) y = select(y, (Vector)(0.0f), LOAD(gate + at) <= 0.0f);
  if (skip == 0) {
    STORE(y, Y + at);
  } else {
    float lanes[LANES];
    STORE(y, lanes);
    UNROLL for (int l = 0; l < LANES; l++) {
      if (l >= skip) Y[at + l] = lanes[l];
    }
  }
}

// outer, inner: channels of Y and of X. xLines, xPoints: of X; xChannel, xLine, xPoint: floats from one to the next;
// likewise for Y. tapsLines, tapsPoints: of the kernel; tapsLine, tapsPoint, wInner, wOuter: floats in W from one
// weight to the next along a line and a point of X, and from channel to channel of X and of Y. lanes: of a point of
// Y; vectors: those that hold samples.
// Global size: at least outer / FILTERS * yLines * yPoints / POINTS * vectors / perItem, each quotient rounded up;
// local size LOCAL.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
SUB_GROUP
__kernel void conv(const int outer, const int inner, const int lanes, const int vectors,
                   const int xLines, const int xPoints, const int xChannel, const int xLine,
                   const int xPoint,
                   const int yLines, const int yPoints, const int yChannel, const int yLine,
                   const int yPoint,
                   const int tapsLines, const int tapsPoints, const int tapsLine, const int tapsPoint,
                   const int wInner, const int wOuter,
                   __global const float* restrict W,
                   __global const float* restrict X,
                   __global float* restrict Y,
                   __global const float* restrict bias, const int relu,
                   __global const float* restrict gate,
                   const int perItem) {
  const int across = (yPoints + POINTS - 1) / POINTS, down = (outer + FILTERS - 1) / FILTERS;
  const int tiles = vectors * down * across * yLines;
  const int first = get_global_id(0) * perItem, last = min(first + perItem, tiles);
  // Lanes first, then channels: what is read stays in the cache until all channels have used it.
  int v = first % vectors, d = first / vectors % down;
  int a = first / vectors / down % across, line = first / vectors / down / across;
  for (int tile = first; tile < last; tile++) {
    // A last vector that would reach beyond the lanes begins earlier.
    const int lane = min(v * LANES, lanes - LANES);
    // A ragged tile computes its last channel again, and points that are not there, and drops them.
    __global const float* w[FILTERS];
    UNROLL for (int f = 0; f < FILTERS; f++) w[f] = W + (size_t)min(d * FILTERS + f, outer - 1) * wOuter;
    // All of this in the kernel itself: Intel's compiler leaves arrays that a function is passed in memory.
    Vector c[FILTERS][POINTS];
    UNROLL for (int f = 0; f < FILTERS; f++) {
      UNROLL for (int p = 0; p < POINTS; p++) c[f][p] = 0;
    }
    // Lines of the kernel that meet X: one at least, as of channels and points. Loops that test at their end keep
    // the compiler from holding all sums twice.
#if BACKWARD
    const int top = max(0, line - xLines + 1), bottom = min(tapsLines - 1, line);
#else
    const int top = 0, bottom = tapsLines - 1;
#endif
    int i = 0;
    do {
      int l = top;
      do {
        __global const float* from =
            X + lane + (size_t)i * xChannel + (BACKWARD ? line - l : line + l) * xLine;
        int t = 0;
        do {
          const int k = i * wInner + l * tapsLine + t * tapsPoint;
          const int at = BACKWARD ? a * POINTS - t : a * POINTS + t;
          Vector x[POINTS];
          if (at >= 0 && at + POINTS <= xPoints) {
            UNROLL for (int p = 0; p < POINTS; p++) x[p] = LOAD(from + (at + p) * xPoint);
          } else {
            UNROLL for (int p = 0; p < POINTS; p++) {
              x[p] = 0;
              if (at + p >= 0 && at + p < xPoints) x[p] = LOAD(from + (at + p) * xPoint);
            }
          }
          UNROLL for (int f = 0; f < FILTERS; f++) {
            const Vector weight = w[f][k];
            UNROLL for (int p = 0; p < POINTS; p++) c[f][p] = fma(weight, x[p], c[f][p]);
          }
        } while (++t < tapsPoints);
      } while (++l <= bottom);
    } while (++i < inner);

    UNROLL for (int f = 0; f < FILTERS; f++) {
      UNROLL for (int p = 0; p < POINTS; p++) {
        const int channel = d * FILTERS + f, point = a * POINTS + p;
        if (channel < outer && point < yPoints) {
          const size_t at = (size_t)channel * yChannel + line * yLine + point * yPoint + lane;
          store(c[f][p], Y, at, channel, v * LANES - lane, bias, relu, gate);
        }
      }
    }
    if (++v == vectors) {
      v = 0;
      if (++d == down) {
        d = 0;
        if (++a == across) {
          a = 0;
          line++;
        }
      }
    }
  }
}
