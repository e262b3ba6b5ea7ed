package org.prunecl.report;

import java.math.BigDecimal;
import java.util.Locale;

/** How figures are written in reports, the same in every language and everywhere. */
final class Figures {
  /** What stands where nothing was measured. */
  static final String NONE = "-";

  private Figures() {}

  /** A share as it was asked for, in percent: 0.975 as {@code 97.5}. */
  static String percentAsGiven(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  /** A measured share in percent with that many decimals. */
  static String percent(double share, int decimals) {
    return decimal(100 * share, decimals);
  }

  /** A number with that many decimals. */
  static String decimal(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** A number of things. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A size in KiB. */
  static String kib(long bytes) {
    return decimal(bytes / 1024.0, 1);
  }

  /** Milliseconds, to the microsecond. */
  static String milliseconds(double value) {
    return decimal(value, 3);
  }

  /** How many times as fast; green where it is a gain. */
  static String speedup(double dense, double other, boolean colour) {
    return speedup(dense / other, colour);
  }

  /** The same of a ratio. */
  static String speedup(double times, boolean colour) {
    String text = decimal(times, 2);
    return colour && times > 1 ? "\u001B[32m" + text + "\u001B[0m" : text;
  }
}
