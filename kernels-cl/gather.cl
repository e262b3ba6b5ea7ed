// Gathers a batch from a dataset that lies on the device as bytes, and normalises it.
//
// The dataset is samples x features, one byte each. The batch is features x batch, row-major with
// leading dimension ld: sample order[first + b] becomes column b. A work-item handles one sample and up
// to CHUNK features.
//
// Tunables:
//   CHUNK  features per work-item, 64

// Global size: (at least batch, ceil(features / CHUNK)).
//   x[f][b] = pixels[order[first + b]][f] * scale + shift
//   y[b]    = labels[order[first + b]]
__kernel void gather(__global const uchar* restrict pixels, __global const uchar* restrict labels,
                     __global const int* restrict order, const int first,
                     const int batch, const int features,
                     const float scale, const float shift,
                     __global float* restrict x, const int ld,
                     __global int* restrict y) {
  const size_t b = get_global_id(0);
  if (b >= batch) return;
  const size_t sample = order[first + b];
  const int f0 = get_global_id(1) * CHUNK, f1 = min(f0 + CHUNK, features);
  __global const uchar* from = pixels + sample * features;
  for (int f = f0; f < f1; f++) x[(size_t)f * ld + b] = fma((float)from[f], scale, shift);
  if (f0 == 0) y[b] = labels[sample];
}
