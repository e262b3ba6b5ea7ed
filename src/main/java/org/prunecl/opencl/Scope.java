package org.prunecl.opencl;

import java.util.ArrayDeque;
import java.util.Deque;

/** Owns resources and closes them in the reverse order of their creation. */
public final class Scope implements AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Takes over a resource; null is passed through. */
  public <T extends AutoCloseable> T own(T resource) {
    if (resource != null) {
      owned.push(resource);
    }
    return resource;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        RuntimeException wrapped =
            e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
