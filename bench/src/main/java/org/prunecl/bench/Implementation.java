package org.prunecl.bench;

import java.util.List;

/**
 * One way of using a library.
 *
 * @param label for people
 * @param part the part of this project that speaks to the library: a Maven profile and a folder
 *     below {@code target}; {@code main} for ourselves
 * @param program a main class, or a Python script relative to this project
 * @param arguments of the program
 */
record Implementation(String label, String part, String program, List<String> arguments) {
  static final Implementation PRUNECL =
      new Implementation("PruneCL", "main", "org.prunecl.bench.worker.PruneClContender", List.of());

  Implementation {
    arguments = List.copyOf(arguments);
  }

  boolean python() {
    return program.endsWith(".py");
  }
}
