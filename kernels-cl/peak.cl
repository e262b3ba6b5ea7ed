// Multiply-adds on registers alone: what the device can do at most. Ten independent chains of LANES
// lanes hide the latency of a multiply-add; the factors keep the values finite.
//
// Tunables:
//   LANES  8 or 16 on a CPU (a vector register as wide as the products': some processors do twice as much with the wider
//          ones), 4 on a GPU

#define CAT(a, b) a##b
#define VECTOR(n) CAT(float, n)
typedef VECTOR(LANES) vec;

// Global size: any. Each item does 10 * LANES * rounds multiply-adds and stores their sum.
__kernel void peak(__global vec* restrict result, const float start, const int rounds) {
  const vec f = 0.5f * start, s = 0.25f * start;
  vec a0 = start, a1 = a0 + 1, a2 = a0 + 2, a3 = a0 + 3, a4 = a0 + 4;
  vec a5 = a0 + 5, a6 = a0 + 6, a7 = a0 + 7, a8 = a0 + 8, a9 = a0 + 9;
  for (int i = 0; i < rounds; i++) {
    a0 = fma(a0, f, s);
    a1 = fma(a1, f, s);
    a2 = fma(a2, f, s);
    a3 = fma(a3, f, s);
    a4 = fma(a4, f, s);
    a5 = fma(a5, f, s);
    a6 = fma(a6, f, s);
    a7 = fma(a7, f, s);
    a8 = fma(a8, f, s);
    a9 = fma(a9, f, s);
  }
  result[get_global_id(0)] = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9;
}
