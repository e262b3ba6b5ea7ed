package org.prunecl.bench.worker;

import java.util.Map;

/** A library that can do some of the suites' work. */
public interface Contender extends AutoCloseable {
  /**
   * What the contender says about itself: {@code threads}, which must be the same on all sides,
   * {@code version}, and whatever else belongs beside its figures.
   */
  Map<String, String> facts();

  /**
   * Makes a case ready: reads its inputs, allocates, packs weights.
   *
   * @throws UnsupportedOperationException when this contender doesn't do that suite
   */
  Work prepare(Order order) throws Exception;

  /**
   * Measures the machine by this contender's own means.
   *
   * @param bytes the working set that a bandwidth is wanted for
   * @return {@code peak_gflops} and {@code bytes_per_second}
   */
  default Map<String, String> limits(long bytes) {
    throw new UnsupportedOperationException("this contender measures no limits");
  }

  /** What the machine gives right now to a loop that touches registers alone, 1e9 operations/s. */
  default double registerLoop() {
    throw new UnsupportedOperationException("this contender has no such loop");
  }

  @Override
  default void close() {}
}
