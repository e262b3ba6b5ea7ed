package org.prunecl;

import java.io.IOException;

/**
 * An action on something that may fail as input and output do.
 *
 * @param <T> what it acts on
 */
@FunctionalInterface
public interface IoConsumer<T> {
  /**
   * Acts.
   *
   * @param value what it acts on
   * @throws IOException if reading or writing fails
   */
  void accept(T value) throws IOException;
}
