package org.prunecl.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.prunecl.Progress;

/** A plain line whenever another tenth is done or another ten seconds have passed. */
final class LineProgress implements Progress {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PrintStream err;
  private final LongSupplier nanoClock;
  private String task;
  private long total;
  private long startedAt;
  private long shownAt;
  private long shownTenth;

  /**
   * @param nanoClock a clock in nanoseconds that never goes back
   */
  LineProgress(PrintStream err, LongSupplier nanoClock) {
    this.err = err;
    this.nanoClock = nanoClock;
  }

  @Override
  public void start(String newTask, long newTotal) {
    task = newTask;
    total = newTotal;
    startedAt = nanoClock.getAsLong();
    shownAt = startedAt;
    shownTenth = 0;
  }

  @Override
  public void update(long done, String note) {
    if (task == null) {
      return;
    }
    long now = nanoClock.getAsLong();
    long tenth = total > 0 ? done * 10 / total : 10;
    if (tenth <= shownTenth && now - shownAt < QUIET_NANOS) {
      return;
    }
    shownTenth = Math.max(tenth, shownTenth);
    shownAt = now;
    double seconds = (now - startedAt) / 1e9;
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(Locale.ROOT, "%s: %d/%d, %.0f s", task, done, total, Math.floor(seconds)));
    if (done > 0 && done < total) {
      double left = seconds * (total - done) / done;
      line.append(String.format(Locale.ROOT, ", about %.0f s left", left));
    }
    if (!note.isEmpty()) {
      line.append(", ").append(note);
    }
    err.println(line);
  }

  @Override
  public void close() {
    task = null;
  }
}
