// Convolutions of stride 1, forward and to the input's gradient, with an epilogue. As everywhere in deep
// learning they are cross-correlations: the kernel is not flipped.
//
//   BACKWARD 0:  Y[f][r][c] = sum over i, ky, kx of W[f][i][ky][kx] * X[i][r + ky][c + kx]
//   BACKWARD 1:  Y[i][r][c] = sum over f, ky, kx of W[f][i][ky][kx] * X[f][r - ky][c - kx], the terms outside
//                X left out
//
// X and Y are channels x rows x columns, each of them a row of `ld` floats, a sample each. LANES samples at a
// time; what lanes beyond the last sample hold does not matter. W is row-major, a filter a row.
//
// A work-item computes tiles of FILTERS channels x POINTS neighbouring columns of Y x LANES samples, in
// registers: for each weight of a channel, POINTS vectors of X are loaded and FILTERS weights broadcast. On a
// CPU an item walks along many tiles, on a GPU it has one and its neighbours the next samples.
//
// Tunables:
//   BACKWARD         0 or 1
//   LANES            floats in a vector: 1 for a single sample, else 4, 8 or 16, ld being a multiple of it
//   FILTERS, POINTS  the register tile: 6 x 4 fits 32 vector registers, 4 x 3 fits 16
//   LOCAL            items per work-group: 1 on a CPU, 64 on a GPU

#define UNROLL _Pragma("unroll")

#include "lanes.cl"

// The sums of one tile. inner: the channels that are summed over; rows, columns: of X; w: where each channel
// of Y begins in W, wInner floats from one channel of X to the next; x: X from the tile's lanes on; row,
// column: of the first point.
__attribute__((always_inline))
static inline void sum(Vector (*c)[POINTS], const int inner, const int rows, const int columns,
                       const int kernelHeight, const int kernelWidth,
                       __global const float** w, const int wInner,
                       __global const float* x, const int ld, const int row, const int column) {
  UNROLL for (int f = 0; f < FILTERS; f++) {
    UNROLL for (int p = 0; p < POINTS; p++) c[f][p] = 0;
  }
  // Rows of the kernel that meet X: one at least, as of channels and columns. Loops that test at their end keep
  // the compiler from holding all sums twice.
#if BACKWARD
  const int first = max(0, row - rows + 1), last = min(kernelHeight - 1, row);
#else
  const int first = 0, last = kernelHeight - 1;
#endif
  int i = 0;
  do {
    int ky = first;
    do {
      const int r = BACKWARD ? row - ky : row + ky;
      __global const float* line = x + (size_t)(i * rows + r) * columns * ld;
      int kx = 0;
      do {
        const int k = i * wInner + ky * kernelWidth + kx, at = BACKWARD ? column - kx : column + kx;
        Vector v[POINTS];
        if (at >= 0 && at + POINTS <= columns) {
          UNROLL for (int p = 0; p < POINTS; p++) v[p] = LOAD(line + (at + p) * ld);
        } else {
          UNROLL for (int p = 0; p < POINTS; p++) {
            v[p] = 0;
            if (at + p >= 0 && at + p < columns) v[p] = LOAD(line + (at + p) * ld);
          }
        }
        UNROLL for (int f = 0; f < FILTERS; f++) {
          const Vector t = w[f][k];
          UNROLL for (int p = 0; p < POINTS; p++) c[f][p] = fma(t, v[p], c[f][p]);
        }
      } while (++kx < kernelWidth);
    } while (++ky <= last);
  } while (++i < inner);
}

// outer, inner: channels of Y and of X; rows, columns: of X; yRows, yColumns: of Y; vectors: those of a row
// that hold samples. Global size: at least outer / FILTERS * yRows * yColumns / POINTS * vectors / perItem,
// each quotient rounded up; local size LOCAL.
// bias: a float per channel of Y, or null; relu: 0 or 1; gate: in Y's layout, or null: where it isn't
// positive, the result becomes 0, which is the gradient through ReLU.
__attribute__((reqd_work_group_size(LOCAL, 1, 1)))
__kernel void conv(const int outer, const int inner, const int rows, const int columns,
                   const int yRows, const int yColumns,
                   const int kernelHeight, const int kernelWidth, const int vectors, const int ld,
                   __global const float* restrict W, const int wOuter, const int wInner,
                   __global const float* restrict X,
                   __global float* restrict Y,
                   __global const float* restrict bias, const int relu,
                   __global const float* restrict gate,
                   const int perItem) {
  const int across = (yColumns + POINTS - 1) / POINTS, down = (outer + FILTERS - 1) / FILTERS;
  const int tiles = vectors * down * across * yRows;
  const int first = get_global_id(0) * perItem, last = min(first + perItem, tiles);
  // Samples first, then channels: what is read stays in the cache until all channels have used it.
  int v = first % vectors, d = first / vectors % down;
  int a = first / vectors / down % across, row = first / vectors / down / across;
  for (int tile = first; tile < last; tile++) {
    __global const float* w[FILTERS];
    // A ragged tile computes its last channel again, and columns that are not there, and drops them.
    UNROLL for (int f = 0; f < FILTERS; f++) w[f] = W + (size_t)min(d * FILTERS + f, outer - 1) * wOuter;
    Vector c[FILTERS][POINTS];
    sum(c, inner, rows, columns, kernelHeight, kernelWidth, w, wInner, X + v * LANES, ld, row, a * POINTS);
    UNROLL for (int f = 0; f < FILTERS; f++) {
      const int channel = d * FILTERS + f;
      if (channel >= outer) break;
      UNROLL for (int p = 0; p < POINTS; p++) {
        const int column = a * POINTS + p;
        if (column >= yColumns) break;
        const size_t at = ((size_t)(channel * yRows + row) * yColumns + column) * ld + v * LANES;
        Vector y = c[f][p];
        if (bias) y += bias[channel];
        // Not fmax, which would swallow a NaN.
        if (relu) y = select(y, (Vector)(0.0f), y < 0.0f);
        if (gate) y = select(y, (Vector)(0.0f), LOAD(gate + at) <= 0.0f);
        STORE(y, Y + at);
      }
    }
    if (++v == vectors) {
      v = 0;
      if (++d == down) {
        d = 0;
        if (++a == across) {
          a = 0;
          row++;
        }
      }
    }
  }
}
