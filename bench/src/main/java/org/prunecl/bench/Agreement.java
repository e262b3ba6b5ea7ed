package org.prunecl.bench;

import java.util.Map;

/** The checks by which a comparison proves itself fair, before anything is timed. */
final class Agreement {
  private static final String REMEDY = "Its times would mean nothing: report this as a bug.";

  private Agreement() {}

  /**
   * Checks that a peer computes what we do.
   *
   * @param tolerance largest difference of an element that rounding explains
   * @throws BenchException when it doesn't
   */
  static void outputs(Case testCase, String peer, float[] ours, float[] theirs, double tolerance) {
    String what = testCase.suite() + ", " + testCase.name() + ": PruneCL and " + peer;
    if (ours.length != theirs.length) {
      throw BenchException.run(
          what + " give " + ours.length + " and " + theirs.length + " numbers.", REMEDY);
    }
    for (int i = 0; i < ours.length; i++) {
      // Written so that NaN fails.
      if (!(Math.abs(ours[i] - theirs[i]) <= tolerance)) {
        throw BenchException.run(
            what + " disagree: " + ours[i] + " and " + theirs[i] + " at " + i + ".", REMEDY);
      }
    }
  }

  /**
   * Checks that a side uses as many threads as the device has compute units.
   *
   * @throws BenchException when it doesn't
   */
  static void threads(String label, Map<String, String> facts, int expected) {
    String threads = facts.get("threads");
    if (!Integer.toString(expected).equals(threads)) {
      throw BenchException.run(
          label + " uses " + threads + " threads; the device has " + expected + " compute units.",
          "Free the processor's cores for this process, or choose another device.");
    }
  }

  /**
   * Checks that nothing was faster than the machine.
   *
   * @throws BenchException when a share of the limit is above 1
   */
  static void share(Row row) {
    if (row.shareOfLimit() != null && !(row.shareOfLimit() <= 1)) {
      throw BenchException.run(
          String.format(
              "%s, %s took %.4f ms, which is %.0f %% of the limit.",
              row.suite(), row.name(), row.oursMs(), 100 * row.shareOfLimit()),
          "Peak or bandwidth was measured while something else ran: run it on a quiet machine.");
    }
  }
}
