package org.prunecl.bench;

/**
 * A case beside a peer, measured or not.
 *
 * @param testCase the case
 * @param peer the peer's name
 * @param ratio the times, or null when the peer could not be had
 * @param note which of the peer's implementations was the fastest, or why there are no times
 */
record Measured(Case testCase, String peer, Ratio ratio, String note) {
  /**
   * The row that scripts read.
   *
   * @param limitMs the least time that the machine allows for the case, milliseconds
   */
  Row row(double limitMs) {
    boolean known = ratio != null;
    return new Row(
        testCase.suite(),
        testCase.name(),
        testCase.mflop(),
        known ? ratio.oursMs() : null,
        peer,
        known ? ratio.peerMs() : null,
        known ? ratio.ratio() : null,
        known ? ratio.low() : null,
        known ? ratio.high() : null,
        known ? limitMs / ratio.oursMs() : null);
  }
}
