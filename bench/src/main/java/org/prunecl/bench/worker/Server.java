package org.prunecl.bench.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Takes orders for a contender. An order is a line of words separated by tabs; the answer is a line
 * that begins with {@code @ok} or {@code @error}, so that a library may chatter on standard output.
 *
 * <ul>
 *   <li>{@code hello}: answers with facts, as name and value alternating
 *   <li>{@code prepare OUTPUT FOLDER SUITE WORD...}: writes the output to the file
 *   <li>{@code run N}: answers with the nanoseconds of N calls and one wait
 *   <li>{@code limits BYTES}: answers as {@code hello} does
 *   <li>{@code loop}: answers with the operations of a register loop, 1e9 a second
 * </ul>
 */
public final class Server implements AutoCloseable {
  /** After a rest, threads share a processor and processors run slowly for some milliseconds. */
  private static final long WARM_UP_NANOS = 40_000_000;

  private final Contender contender;
  private Work work;

  private Server(Contender contender) {
    this.contender = contender;
  }

  /** How a contender comes into being; it may fail where its native library can't be loaded. */
  public interface Opener {
    /** Opens the contender. */
    Contender open() throws Exception;
  }

  /** How many threads a peer is to use: as many as the device has compute units. */
  public static int threads() {
    return Integer.parseInt(System.getenv("OMP_NUM_THREADS"));
  }

  /** Serves until standard input ends. */
  public static void serve(Opener opener) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Server server = new Server(opener.open())) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(server.answer(line));
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception | LinkageError e) {
      out.println(failure(e));
    }
  }

  private String answer(String line) {
    try {
      return "@ok" + obey(Arrays.asList(line.split("\t", -1)));
    } catch (Exception | LinkageError e) {
      return failure(e);
    }
  }

  private static String failure(Throwable e) {
    return "@error\t" + e.toString().lines().findFirst().orElse("").replace('\t', ' ');
  }

  private String obey(List<String> words) throws Exception {
    return switch (words.get(0)) {
      case "hello" -> pairs(contender.facts());
      case "limits" -> pairs(contender.limits(Long.parseLong(words.get(1))));
      case "loop" -> "\t" + contender.registerLoop();
      case "prepare" -> prepare(words);
      case "run" -> "\t" + run(Integer.parseInt(words.get(1)));
      default -> throw new IllegalArgumentException("unknown order " + words.get(0));
    };
  }

  private String prepare(List<String> words) throws Exception {
    forget();
    work =
        contender.prepare(
            new Order(words.get(3), words.subList(4, words.size()), Path.of(words.get(2))));
    Floats.write(Path.of(words.get(1)), work.output());
    return "";
  }

  private long run(int calls) throws Exception {
    // Wakes sleeping threads and processors, and refills the caches that other sides have used.
    long begin = System.nanoTime();
    do {
      work.call();
      work.await();
    } while (System.nanoTime() - begin < WARM_UP_NANOS);
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      work.call();
    }
    work.await();
    return System.nanoTime() - start;
  }

  private static String pairs(Map<String, String> facts) {
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append('\t').append(name).append('\t').append(value));
    return text.toString();
  }

  private void forget() {
    if (work != null) {
      work.close();
      work = null;
    }
  }

  @Override
  public void close() {
    forget();
    contender.close();
  }
}
