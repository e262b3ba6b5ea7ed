package org.prunecl;

import java.io.IOException;

/** Makes one thing of another, reading or writing. */
@FunctionalInterface
public interface IoFunction<T, R> {
  /** Makes it. */
  R apply(T value) throws IOException;
}
