package org.prunecl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.prunecl.opencl.LiveObjects;

/**
 * Checks after each test that no buffer and no event is left and that Oclgrind, where it runs, has
 * reported nothing; after each class that no OpenCL object is left at all. Adds the seed and the
 * device to the message of every failure.
 */
public final class OpenClExtension
    implements AfterEachCallback, AfterAllCallback, TestExecutionExceptionHandler {
  private static long reportRead;

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw new AssertionError(
        failure + System.lineSeparator() + where(context.getDisplayName()), failure);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    String live = LiveObjects.describe();
    if (live.contains("BUFFER") || live.contains("EVENT")) {
      throw new AssertionError("Left over: " + live + "; " + where(context.getDisplayName()));
    }
    String report = newReports();
    if (!report.isEmpty()) {
      throw new AssertionError(
          "Oclgrind reported, "
              + where(context.getDisplayName())
              + System.lineSeparator()
              + report);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    TestDevice.closeBackends();
    if (LiveObjects.count() != 0) {
      throw new AssertionError(
          "Left over after " + context.getDisplayName() + ": " + LiveObjects.describe());
    }
  }

  private static String where(String test) {
    return test + " on " + TestDevice.get().describe() + ", -Dprunecl.seed=" + Draw.SEED;
  }

  /** What the log gained since it was last read, so that one report fails one test. */
  private static synchronized String newReports() throws IOException {
    String log = System.getenv("OCLGRIND_LOG");
    if (log == null || !Files.exists(Path.of(log))) {
      return "";
    }
    String all = Files.readString(Path.of(log));
    String added = all.substring((int) Math.min(reportRead, all.length()));
    reportRead = all.length();
    return added;
  }
}
