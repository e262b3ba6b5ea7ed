package org.prunecl.report;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.prunecl.Progress;

/** A bar redrawn in place, with the time passed and the time left. */
final class BarProgress implements Progress {
  private static final int REDRAW_MILLIS = 200;

  private final PrintStream err;
  private ProgressBar bar;

  BarProgress(PrintStream err) {
    this.err = err;
  }

  @Override
  public void start(String task, long total) {
    close();
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(err))
            .build();
  }

  @Override
  public void update(long done, String note) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(note.isEmpty() ? "" : " " + note);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
