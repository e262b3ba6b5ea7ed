package org.prunecl.cli;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A value that another thread makes ready before it is wanted. */
final class Ahead<T> {
  private final FutureTask<T> task;

  private Ahead(FutureTask<T> task) {
    this.task = task;
  }

  /** Begins the work. The program doesn't wait for it when it ends for another reason. */
  static <T> Ahead<T> of(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(task, "ahead");
    thread.setDaemon(true);
    thread.start();
    return new Ahead<>(task);
  }

  /** The value, waited for; throws what the work threw. */
  T get() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) e.getCause(); // a supplier throws nothing else
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Throws what the work threw if it has failed by now; never waits. */
  void check() {
    if (task.isDone()) {
      get();
    }
  }
}
