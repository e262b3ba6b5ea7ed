// Adam's arithmetic (Kingma & Ba, 2015), for adam.cl and for products that end in it. The including file
// defines LANES, 8 or 16, and the type Vector of so many floats.
//
//   g = g + decay * w                     coupled weight decay (L2), as torch.optim.Adam adds it
//   m = beta1 * m + (1 - beta1) * g
//   v = beta2 * v + (1 - beta2) * g * g
//   w = w - step * m / (sqrt(v) * scale + epsilon)
//
// The two published forms differ in where epsilon stands; the host chooses step and scale:
//   PyTorch: step = lr / (1 - beta1^t),                      scale = 1 / sqrt(1 - beta2^t)
//   Keras:   step = lr * sqrt(1 - beta2^t) / (1 - beta1^t),  scale = 1
//
// Tunables:
//   MASKED  1: weights whose byte in a mask is 0 become 0, whatever their gradient is, NaN included

// keep1 = 1 - beta1 and keep2 = 1 - beta2, computed by the host in double.
typedef struct {
  float beta1, keep1, beta2, keep2, step, scale, epsilon, decay;
} Adam;

#if MASKED
// A lane is all ones where the mask's byte isn't 0.
#if LANES == 16
typedef int16 Kept;
#define KEPT(mask) (convert_int16(*(__global const uchar16*)(mask)) != 0)
#else
typedef int8 Kept;
#define KEPT(mask) (convert_int8(*(__global const uchar8*)(mask)) != 0)
#endif
#endif

// Updates the moments m and v in place; returns the new weights.
static inline Vector adamUpdate(const Adam a, const Vector w, const Vector gradient,
#if MASKED
                                // Pruned weights' moments: all ones if they go on, 0 if they become 0.
                                const Kept kept, const int goOn,
#endif
                                __global Vector* m, __global Vector* v) {
  const Vector g = fma(a.decay, w, gradient);
  const Vector m1 = fma(a.beta1, *m, a.keep1 * g);
  const Vector v1 = fma(a.beta2, *v, a.keep2 * g * g);
  const Vector w1 = w - a.step * m1 / fma(sqrt(v1), (Vector)(a.scale), (Vector)(a.epsilon));
#if MASKED
  *m = select((Vector)(0.0f), m1, kept | goOn);
  *v = select((Vector)(0.0f), v1, kept | goOn);
  return select((Vector)(0.0f), w1, kept);
#else
  *m = m1;
  *v = v1;
  return w1;
#endif
}
