package org.prunecl.report;

import java.math.BigDecimal;
import java.util.Locale;
import org.prunecl.lab.Spread;

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

  /** A mean, with the standard deviation where there is one. */
  static String spread(Spread spread, int decimals) {
    String mean = decimal(spread.mean(), decimals);
    return spread.std() == null ? mean : mean + " +- " + decimal(spread.std(), decimals);
  }

  /** The same of a share, in percent. */
  static String percent(Spread share, int decimals) {
    Double std = share.std() == null ? null : 100 * share.std();
    return spread(new Spread(100 * share.mean(), std), decimals);
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
    return speedup(new Spread(times, null), colour);
  }

  /** The same over several seeds. */
  static String speedup(Spread times, boolean colour) {
    String text = spread(times, 2);
    return colour && times.mean() > 1 ? "\u001B[32m" + text + "\u001B[0m" : text;
  }
}
