package org.prunecl.report;

import java.io.Console;

/** Whether a person looks at what the program writes. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether the program runs on a terminal. Java has no question for one stream alone; the console
   * stands for it.
   */
  @SuppressWarnings("SystemConsoleNull") // Null up to Java 21; later ones are asked.
  public static boolean attached() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From Java 22 on there is a console even where there is no terminal, and a method to ask.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderJava) {
      return true;
    }
  }
}
