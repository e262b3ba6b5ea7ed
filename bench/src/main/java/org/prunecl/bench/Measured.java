package org.prunecl.bench;

import java.util.Locale;

/**
 * A case beside a peer, measured or not, or a case that has none.
 *
 * @param testCase the case
 * @param peer the peer's name, or null where there is none
 * @param ratio the times beside the peer, or null
 * @param alone our times where there is no peer, else null
 * @param note which of the peer's implementations was the fastest, or why there are no times
 */
record Measured(Case testCase, String peer, Ratio ratio, Alone alone, String note) {
  /** A case beside a peer: the times, or null and why there are none. */
  static Measured beside(Case testCase, String peer, Ratio ratio, String note) {
    return new Measured(testCase, peer, ratio, null, note);
  }

  /** A case without a peer. */
  static Measured alone(Case testCase, Alone alone) {
    String note =
        String.format(
            Locale.ROOT, "quartiles %.4g, %.4g; %d runs", alone.low(), alone.high(), alone.runs());
    return new Measured(testCase, null, null, alone, note);
  }

  /** The fastest round of whoever took part, milliseconds, or infinite when nobody did. */
  double bestMs() {
    if (alone != null) {
      return alone.best();
    }
    return ratio == null
        ? Double.POSITIVE_INFINITY
        : Math.min(ratio.bestOursMs(), ratio.bestPeerMs());
  }

  private Double oursMs() {
    if (alone != null) {
      return alone.ms();
    }
    return ratio == null ? null : Double.valueOf(ratio.oursMs());
  }

  /**
   * The row that scripts read.
   *
   * @param limitMs the least time that the machine allows for the case, milliseconds; NaN when
   *     nothing is known
   */
  Row row(double limitMs) {
    boolean known = ratio != null;
    Double ours = oursMs();
    return new Row(
        testCase.suite(),
        testCase.name(),
        testCase.mflop(),
        ours,
        peer,
        known ? ratio.peerMs() : null,
        known ? ratio.ratio() : null,
        known ? ratio.low() : null,
        known ? ratio.high() : null,
        ours == null || Double.isNaN(limitMs) ? null : limitMs / ours);
  }
}
