package org.prunecl.bench.worker;

/** A prepared case. Owns whatever it allocated. */
public interface Work extends AutoCloseable {
  /**
   * The result by which all sides are compared, in the layout that the suite defines. Called once,
   * before any timing.
   */
  float[] output() throws Exception;

  /** Does the work once, or enqueues it. */
  void call() throws Exception;

  /** Waits for the calls so far. */
  default void await() {}

  @Override
  void close();
}
