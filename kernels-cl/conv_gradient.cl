// Gradients of a convolution's weights and biases:
//
//   dW[f][i][ky][kx] = sum over r, c, b of dY[f][r][c][b] * X[i][r + ky][c + kx][b]
//   db[f]            = sum over r, c, b of dY[f][r][c][b]
//
// X and dY are channels x rows x columns, each of them a row of `ld` floats, a sample each. What the lanes
// beyond the last sample hold must not get into the sums.
//
// A work-group sums a tile of FILTERS x TAPS weights over some rows of the image, in registers; parts[z] holds
// the sums of the z-th stretch of rows, and a second kernel adds them up in their order: without atomics, the
// same bits each time.
//
// Tunables:
//   LANES             floats in a vector: 1 for a single sample, else 4, 8 or 16, ld being a multiple of it
//   FILTERS, TAPS     the register tile: 6 x 3 for 32 vector registers, 4 x 2 for 16 and for GPUs
//   LOCAL_X, LOCAL_Y  items of a work-group along the samples and along the columns: 1 x 1 on a CPU, 8 x 8 on a
//                     GPU

#define UNROLL _Pragma("unroll")
#define LOCAL (LOCAL_X * LOCAL_Y)

#include "lanes.cl"
#include "sub_group.cl"

// Adds `count` vectors of each position from vector `from` on.
__attribute__((always_inline))
static inline Vector addTerms(Vector sum, __global const float* dy, const int rows, const int columns,
                              const int ld, const int from, const int count) {
  for (int place = get_local_id(1); place < rows * columns; place += LOCAL_Y) {
    for (int v = from + (int)get_local_id(0); v < from + count; v += LOCAL_X) {
      sum += LOAD(dy + place * ld + v * LANES);
    }
  }
  return sum;
}

// Zero in the lanes that hold no samples.
#define VALID(v, samples) select((Vector)(0.0f), v, LANE_INDEX < (samples))

// width, height: of X; rows, columns: of dY; weights: of a filter, channels x kernelHeight x kernelWidth.
// Global size: (ceil(filters / FILTERS) * ceil(weights / TAPS) * LOCAL_X, parts * LOCAL_Y), local size
// (LOCAL_X, LOCAL_Y). parts: ceil(rows / rowsPerPart) x filters x weights floats.
__attribute__((reqd_work_group_size(LOCAL_X, LOCAL_Y, 1)))
SUB_GROUP
__kernel void conv_weights(const int filters, const int weights, const int kernelHeight,
                           const int kernelWidth, const int height, const int width,
                           const int rows, const int columns, const int batch, const int ld,
                           __global const float* restrict dY,
                           __global const float* restrict X,
                           __global float* restrict parts, const int rowsPerPart) {
  __local float sums[FILTERS * TAPS][LOCAL];
  const int item = get_local_id(1) * LOCAL_X + get_local_id(0);
  const int tilesOfTaps = (weights + TAPS - 1) / TAPS;
  const int f0 = get_group_id(0) / tilesOfTaps * FILTERS, k0 = get_group_id(0) % tilesOfTaps * TAPS;
  const int part = get_group_id(1), first = part * rowsPerPart, some = min(rowsPerPart, rows - first);

  // Where each filter's dY and each tap's X begin. A ragged tile computes its last filter and tap again and drops
  // them.
  int dy[FILTERS], x[TAPS];
  UNROLL for (int f = 0; f < FILTERS; f++) {
    dy[f] = (min(f0 + f, filters - 1) * rows + first) * columns * ld;
  }
  UNROLL for (int k = 0; k < TAPS; k++) {
    const int tap = min(k0 + k, weights - 1), kx = tap % kernelWidth, ky = tap / kernelWidth % kernelHeight;
    const int channel = tap / kernelWidth / kernelHeight;
    x[k] = ((channel * height + first + ky) * width + kx) * ld;
  }
  Vector c[FILTERS][TAPS];
  UNROLL for (int f = 0; f < FILTERS; f++) {
    UNROLL for (int k = 0; k < TAPS; k++) c[f][k] = 0;
  }
  // The vectors that only some lanes of are samples come first: then the other lanes are emptied once. No function,
  // no loop more than these and no division: Intel's compiler would leave the sums in memory.
  const int whole = batch / LANES;
  for (int ragged = whole * LANES < batch ? 1 : 0; ragged >= 0; ragged--) {
    const int from = ragged ? whole : 0, to = ragged ? whole + 1 : whole;
    // X has more columns than dY: what its rows so far had more.
    int column = get_local_id(1), more = 0;
    for (int place = column; place < some * columns; place += LOCAL_Y, column += LOCAL_Y) {
      for (; column >= columns; column -= columns) more += width - columns;
      const int atY = place * ld, atX = (place + more) * ld;
      for (int v = from + (int)get_local_id(0); v < to; v += LOCAL_X) {
        Vector t[TAPS];
        UNROLL for (int k = 0; k < TAPS; k++) t[k] = LOAD(X + x[k] + atX + v * LANES);
        UNROLL for (int f = 0; f < FILTERS; f++) {
          const Vector g = LOAD(dY + dy[f] + atY + v * LANES);
          UNROLL for (int k = 0; k < TAPS; k++) c[f][k] = fma(g, t[k], c[f][k]);
        }
      }
    }
    if (ragged) {
      UNROLL for (int f = 0; f < FILTERS; f++) {
        UNROLL for (int k = 0; k < TAPS; k++) c[f][k] = VALID(c[f][k], batch - whole * LANES);
      }
    }
  }

  UNROLL for (int f = 0; f < FILTERS; f++) {
    UNROLL for (int k = 0; k < TAPS; k++) sums[f * TAPS + k][item] = sumOfLanes(c[f][k]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int s = item; s < FILTERS * TAPS; s += LOCAL) {
    const int f = f0 + s / TAPS, k = k0 + s % TAPS;
    if (f < filters && k < weights) {
      float sum = 0;
      for (int l = 0; l < LOCAL; l++) sum += sums[s][l];
      parts[((size_t)part * filters + f) * weights + k] = sum;
    }
  }
}

// Global size: (filters * LOCAL_X, parts * LOCAL_Y), local size (LOCAL_X, LOCAL_Y). parts: as many x filters
// floats.
__attribute__((reqd_work_group_size(LOCAL_X, LOCAL_Y, 1)))
__kernel void conv_bias(const int filters, const int rows, const int columns, const int batch, const int ld,
                        __global const float* restrict dY,
                        __global float* restrict parts, const int rowsPerPart) {
  __local float sums[LOCAL];
  const int item = get_local_id(1) * LOCAL_X + get_local_id(0);
  const int f = get_group_id(0), part = get_group_id(1);
  const int first = part * rowsPerPart, some = min(rowsPerPart, rows - first);
  __global const float* dy = dY + (size_t)(f * rows + first) * columns * ld;
  const int whole = batch / LANES;
  Vector c = 0;
  if (whole * LANES < batch) {
    c = VALID(addTerms(c, dy, some, columns, ld, whole, 1), batch - whole * LANES);
  }
  sums[item] = sumOfLanes(addTerms(c, dy, some, columns, ld, 0, whole));
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item == 0) {
    float sum = 0;
    for (int l = 0; l < LOCAL; l++) sum += sums[l];
    parts[(size_t)part * filters + f] = sum;
  }
}

// result[i][j] = the sum of parts[z][i][j] over z, in this order. parts: count x rows x columns floats;
// result: row-major with leading dimension ld. Global size: at least rows * columns.
__kernel void conv_sum(const int count, const int rows, const int columns,
                       __global const float* restrict parts,
                       __global float* restrict result, const int ld) {
  const int at = get_global_id(0);
  if (at >= rows * columns) return;
  float sum = 0;
  for (int z = 0; z < count; z++) sum += parts[(size_t)z * rows * columns + at];
  result[(size_t)(at / columns) * ld + at % columns] = sum;
}
