package org.prunecl.bench.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A case as a contender is told about it.
 *
 * @param suite name of the suite
 * @param words the case's parameters, by the suite's own order
 * @param folder holds the inputs, which are the same for all sides
 */
public record Order(String suite, List<String> words, Path folder) {
  /** A parameter that is a number. */
  public int number(int index) {
    return Integer.parseInt(words.get(index));
  }

  /** A parameter that is a list of widths, {@code 784-1000-10}. */
  public int[] widths(int index) {
    return Arrays.stream(words.get(index).split("-")).mapToInt(Integer::parseInt).toArray();
  }

  /** Reads an input of floats. */
  public float[] floats(String name) throws IOException {
    return Floats.read(folder.resolve(name));
  }

  /** Reads an input of bytes. */
  public byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }
}
