package org.prunecl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.opencl.LiveObjects.Kind;

/**
 * Checks after each test that no buffer and no event is left and that Oclgrind, where it runs, has
 * reported nothing; after each class that no OpenCL object is left at all. Adds the seed and the
 * device to the message of every failure.
 */
public final class OpenClExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler {
  private static long reportRead;

  @Override
  public void beforeAll(ExtensionContext context) {
    store(context).put("all", LiveObjects.count());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store(context).put("each", buffersAndEvents());
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw new AssertionError(
        failure + System.lineSeparator() + where(context.getDisplayName()), failure);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    // Kept by the shared backends on purpose, not left by a test.
    TestDevice.releaseScratch();
    // More than before: what an earlier test has left is that test's fault alone.
    if (buffersAndEvents() > store(context).get("each", Long.class)) {
      throw new AssertionError(
          "Left over: " + LiveObjects.describe() + "; " + where(context.getDisplayName()));
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
    if (LiveObjects.count() > store(context).get("all", Long.class)) {
      throw new AssertionError(
          "Left over after " + context.getDisplayName() + ": " + LiveObjects.describe());
    }
  }

  private static long buffersAndEvents() {
    return LiveObjects.count(Kind.BUFFER) + LiveObjects.count(Kind.EVENT);
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(OpenClExtension.class));
  }

  private static String where(String test) {
    return test + " on " + TestDevice.get().describe() + ", -Dprunecl.seed=" + Draw.SEED;
  }

  /** What the log gained since it was last read, so that one report fails one test. */
  static synchronized String newReports() throws IOException {
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
