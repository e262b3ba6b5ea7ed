package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.bench.worker.Product;

/**
 * Whether time grows with the work and no faster: products of ever larger square layers, and steps
 * of training on ever larger batches.
 */
final class ScalingSuite implements Suite {
  /** The layer that the larger ones are compared with. */
  private static final int FIRST_WIDTH = 1024;

  private static final List<Integer> WIDTHS = List.of(FIRST_WIDTH, 2048, 4096, 8192);

  /** Above this a quick run would not be one. */
  private static final int QUICK_WIDTH = 2048;

  private static final int LAYER_BATCH = 128;

  /** Samples between two flushes, about: as many as fifty steps of 128. */
  private static final int SAMPLES = 6400;

  /** Efficiency of a larger layer, as a share of the first one's. */
  static final double EFFICIENCY_BAR = 0.9;

  /** How far a step's time may lie from the straight line, as a share of it. */
  static final double LINE_BAR = 0.15;

  private final GemmSuite products = new GemmSuite();
  private final TrainingSuite steps = new TrainingSuite();

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public List<Peer> peers() {
    return List.of();
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return quick ? List.of(128, 256, 512, 1024) : List.of(128, 256, 512, 1024, 2048, 4096);
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    return cases(WIDTHS, batches);
  }

  @Override
  public List<Case> quickCases(List<Integer> batches) {
    return cases(WIDTHS.stream().filter(width -> width <= QUICK_WIDTH).toList(), batches);
  }

  private List<Case> cases(List<Integer> widths, List<Integer> batches) {
    List<Case> cases = new ArrayList<>();
    for (Product product : Product.values()) {
      for (int width : widths) {
        // A call of the largest takes a hundred times as long as one of the smallest.
        int calls = Math.max(5, 20 * FIRST_WIDTH / width);
        cases.add(GemmSuite.of(product, width, width, LAYER_BATCH).in(name(), calls));
      }
    }
    for (Case step : steps.mlpCases(batches)) {
      cases.add(step.in(name(), Math.max(2, SAMPLES / step.batch())));
    }
    return cases;
  }

  private Suite owner(Case testCase) {
    return testCase.work().equals(products.name()) ? products : steps;
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(2, 4, 0.3) : new Rounds(10, 10, 0);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    owner(testCase).writeInputs(testCase, folder, random);
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    return owner(testCase).tolerance(testCase, output);
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    return owner(testCase).limitMs(testCase, limits);
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    Bars bars = new Bars();
    for (Product product : Product.values()) {
      List<Row> layers = Bars.among(rows, cases.stream().filter(one -> of(product, one)).toList());
      List<Row> first =
          Bars.among(layers, List.of(GemmSuite.of(product, FIRST_WIDTH, FIRST_WIDTH, LAYER_BATCH)));
      bars.worstEfficiency(
          "scaling: least efficiency of larger layers beside 1024, " + product.label(),
          first,
          layers.stream().filter(row -> !first.contains(row)).toList(),
          EFFICIENCY_BAR);
    }
    bars.line(
        "scaling: step time off a straight line in the batch size",
        cases.stream().filter(one -> one.work().equals(steps.name())).toList(),
        rows,
        LINE_BAR);
    return bars.verdicts();
  }

  private static boolean of(Product product, Case testCase) {
    return testCase.words().get(0).equals(product.label());
  }
}
