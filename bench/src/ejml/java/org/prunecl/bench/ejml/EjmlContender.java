package org.prunecl.bench.ejml;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ejml.EjmlVersion;
import org.ejml.concurrency.EjmlConcurrency;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/** Sparse products by EJML, in Java alone, on all threads or on one. */
public final class EjmlContender implements Contender {
  private final boolean concurrent;

  private EjmlContender(boolean concurrent) {
    this.concurrent = concurrent;
    EjmlConcurrency.setMaxThreads(Server.threads());
  }

  /**
   * Serves until standard input ends.
   *
   * @param args {@code concurrent} or {@code serial}
   */
  public static void main(String[] args) throws IOException {
    Server.serve(() -> new EjmlContender(args[0].equals("concurrent")));
  }

  /** Threads are those that EJML may use; its serial product leaves all but one idle. */
  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(EjmlConcurrency.getMaxThreads()));
    facts.put("version", EjmlVersion.VERSION);
    facts.put("product", concurrent ? "concurrent" : "serial");
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    return switch (order.suite()) {
      case "sparse-layer" -> new EjmlLayer(order, concurrent);
      case "sparse-network" -> new EjmlNetwork(order, concurrent);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }
}
