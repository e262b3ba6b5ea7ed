package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.Compression;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.DeviceInfo;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;
import org.prunecl.lab.WeightTensor;

/** Results to report in tests. */
final class Sweeps {
  static final DeviceInfo DEVICE =
      new DeviceInfo("Portable Computing Language", "pthread-haswell", "3.1", "cpu", 2);

  static final Recipe RECIPE =
      new Recipe(
          "quick",
          "A first look",
          null,
          Map.of("test_accuracy", 0.97),
          "fashion-mnist",
          "unit",
          List.of(),
          List.of(1000, 1000, 500, 200),
          false,
          "keras",
          new Recipe.Optimizer("keras", 0.001, 0.9, 0.999, 1e-7, 0),
          128,
          5,
          0,
          7,
          1,
          new Recipe.Prune(
              List.of("weight", "unit"),
              List.of(0.0, 0.25, 0.9),
              "count",
              false,
              "layer",
              List.of(),
              Map.of(),
              "keep",
              false,
              new Recipe.Schedule("one_shot", 0, 3, 0, null, 100, 3, "none", 1),
              new Recipe.FineTune(0, null, null)));

  private static final List<WeightTensor> LAYERS =
      List.of(
          new WeightTensor("fc1.weight", List.of(1000, 784), 784_000, 784_000),
          new WeightTensor("fc5.weight", List.of(10, 200), 2_000, 2_000));

  private static final double[] SPARSITIES = {0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99};
  private static final double[] WEIGHTS = {
    .8880, .8881, .8880, .8879, .8840, .8656, .7716, .3710, .1938, .0828
  };
  private static final double[] UNITS = {
    .8880, .8881, .8796, .8249, .7930, .3373, .2175, .1453, .0954, .1266
  };

  private Sweeps() {}

  static Latency latency(int batch, String execution, double medianMs) {
    return new Latency(
        batch,
        execution,
        medianMs,
        medianMs * 0.95,
        medianMs * 1.1,
        null,
        30,
        List.of("dense"),
        true);
  }

  static Trial trial(String method, double sparsity, double accuracy, Latency... latency) {
    return trial(7, method, sparsity, accuracy, latency);
  }

  static Trial trial(
      long seed, String method, double sparsity, double accuracy, Latency... latency) {
    long nonzero = Math.round(2_386_000 * (1 - sparsity));
    return new Trial(
        method,
        seed,
        sparsity,
        sparsity,
        nonzero,
        accuracy,
        0.5,
        new Trial.Bytes(9_544_000, nonzero * 8 + 10_000, nonzero * 4),
        1 / (1 - sparsity),
        new Compression(1 / (1 - sparsity), 1 / (1 - sparsity)),
        new Trial.Accuracies(accuracy, accuracy, accuracy),
        List.of(latency));
  }

  static Results results(double unpruned, List<Trial> trials, Crossover... crossover) {
    return results(List.of(unpruned), trials, crossover);
  }

  /** Results over the seeds from 7 on. */
  static Results results(List<Double> unpruned, List<Trial> trials, Crossover... crossover) {
    List<Baseline> baselines = new ArrayList<>();
    for (double accuracy : unpruned) {
      baselines.add(
          new Baseline(
              7L + baselines.size(),
              accuracy,
              0.3456,
              41.5,
              0.0151,
              2_386_000,
              9_544_600L,
              8_800_000L,
              LAYERS));
    }
    return new Results(
        1,
        DEVICE,
        RECIPE,
        7,
        baselines.get(0),
        baselines,
        null,
        null, // likewise
        trials,
        null, // as a file without a summary is read: it is made up then
        List.of(crossover));
  }

  /** Published accuracies with latencies as a two-core CPU might show them. */
  static Results realistic() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < SPARSITIES.length; i++) {
      double s = SPARSITIES[i];
      double wobble = 1 + 0.04 * Math.sin(5 * i);
      trials.add(
          trial(
              "weight",
              s,
              WEIGHTS[i],
              latency(1, "dense", 0.42 * wobble),
              latency(1, "csr", 0.06 + 0.75 * (1 - s)),
              latency(1, "compact", 0.42),
              latency(128, "dense", 4.1 * wobble),
              latency(128, "csr", 0.35 + 11.5 * (1 - s)),
              latency(128, "compact", 4.1)));
    }
    for (int i = 0; i < SPARSITIES.length; i++) {
      double s = SPARSITIES[i];
      double wobble = 1 + 0.04 * Math.cos(3 * i);
      trials.add(
          trial(
              "unit",
              s,
              UNITS[i],
              latency(1, "dense", 0.42 * wobble),
              latency(1, "csr", 0.06 + 0.75 * (1 - s) * (1 - s)),
              latency(1, "compact", 0.05 + 0.38 * (1 - s) * (1 - s)),
              latency(128, "dense", 4.1 * wobble),
              latency(128, "csr", 0.35 + 11.5 * (1 - s) * (1 - s)),
              latency(128, "compact", 0.3 + 3.85 * (1 - s) * (1 - s))));
    }
    return results(
        0.888,
        trials,
        new Crossover("weight", "csr", 1, 0.52, 0.52),
        new Crossover("weight", "csr", 128, 0.673, 0.673),
        new Crossover("unit", "compact", 1, 0.021, 0.021),
        new Crossover("unit", "compact", 128, 0.008, 0.008));
  }
}
