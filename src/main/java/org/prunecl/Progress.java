package org.prunecl;

/**
 * Where long work says how far it is. One task at a time: {@code start}, {@code update} as often as
 * convenient, then the next {@code start} or {@code close}, which end the task. How it is shown,
 * and how often, is the implementation's choice; nothing is ever written to standard output.
 */
public interface Progress extends AutoCloseable {
  /** Shows nothing. */
  Progress NONE =
      new Progress() {
        @Override
        public void start(String task, long total) {}

        @Override
        public void update(long done, String note) {}

        @Override
        public void close() {}
      };

  /**
   * Begins a task; one that is still open ends.
   *
   * @param task what is being done, a few words
   * @param total number of steps of the task, at least 0
   */
  void start(String task, long total);

  /**
   * Says how far the task is; without a task it does nothing.
   *
   * @param done steps finished so far, of the total given to {@link #start}
   * @param note what to show beside it, such as the current loss; empty for nothing
   */
  void update(long done, String note);

  /** Ends the task, if one is open. A next {@link #start} is allowed. */
  @Override
  void close();
}
