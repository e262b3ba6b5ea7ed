// Vectors of LANES floats, 1, 4, 8 or 16, and of as many integers.

#if LANES == 16
typedef float16 Vector;
typedef int16 Integers;
#define LOAD(p) vload16(0, p)
#define STORE(v, p) vstore16(v, 0, p)
#define LANE_INDEX (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#elif LANES == 8
typedef float8 Vector;
typedef int8 Integers;
#define LOAD(p) vload8(0, p)
#define STORE(v, p) vstore8(v, 0, p)
#define LANE_INDEX (int8)(0, 1, 2, 3, 4, 5, 6, 7)
#elif LANES == 4
typedef float4 Vector;
typedef int4 Integers;
#define LOAD(p) vload4(0, p)
#define STORE(v, p) vstore4(v, 0, p)
#define LANE_INDEX (int4)(0, 1, 2, 3)
#else
typedef float Vector;
typedef int Integers;
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#define LANE_INDEX 0
#endif

// The sum of all lanes.
__attribute__((always_inline)) static inline float sumOfLanes(const Vector v) {
#if LANES == 1
  return v;
#else
#if LANES == 16
  const float8 h = (float8)(v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7) +
                   (float8)(v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se, v.sf);
#elif LANES == 8
  const float8 h = v;
#endif
#if LANES == 4
  const float4 q = v;
#else
  const float4 q = h.lo + h.hi;
#endif
  return (q.x + q.y) + (q.z + q.w);
#endif
}
