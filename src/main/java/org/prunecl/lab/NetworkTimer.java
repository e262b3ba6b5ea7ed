package org.prunecl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;

/**
 * Times whole networks: from a batch in host memory to logits in host memory, the forms of one
 * network alternating.
 */
final class NetworkTimer {
  private static final int WARM_UP = 3;
  private static final int DEVICE_RUNS = 5;

  /**
   * A round of a side takes at least about this long; shorter inferences are repeated in a round.
   */
  private static final double ROUND_MILLISECONDS = 2;

  private static final int MAX_CALLS = 10;

  /** Of so many calls of a turn, one more at its beginning isn't timed. */
  private static final int UNTIMED = 4;

  private final DeviceSession session;

  NetworkTimer(DeviceSession session) {
    this.session = session;
  }

  /**
   * Times the forms at one batch size.
   *
   * @param forms what is compared, by the name of its execution, dense first
   * @param inputs what they are given, in turns
   * @throws LabException when the forms' logits disagree
   */
  List<Latency> time(Map<String, ExecutionPlan> forms, int batch, Batches inputs) {
    return time(forms, batch, inputs, true);
  }

  /** Likewise of different networks, whose logits differ. */
  List<Latency> timeApart(Map<String, ExecutionPlan> networks, int batch, Batches inputs) {
    return time(networks, batch, inputs, false);
  }

  private List<Latency> time(
      Map<String, ExecutionPlan> forms, int batch, Batches inputs, boolean same) {
    try (Scope scope = new Scope()) {
      Map<String, Inference> inferences = new LinkedHashMap<>();
      forms.forEach((name, plan) -> inferences.put(name, scope.own(new Inference(plan, batch))));
      warmUp(inferences, inputs, same);
      Inference dense = inferences.values().iterator().next();
      List<Runnable> sides =
          inferences.values().stream().map(inference -> inputs.inTurns(inference::run)).toList();
      List<Alternating.Times> times =
          alternating(sides, calls(() -> dense.run(inputs.first())), Alternating.MAX_ROUNDS);
      List<Latency> latencies = new ArrayList<>();
      List<String> names = List.copyOf(inferences.keySet());
      for (int i = 0; i < names.size(); i++) {
        Quartiles wall = times.get(i).milliseconds();
        latencies.add(
            new Latency(
                batch,
                names.get(i),
                wall.median(),
                wall.low(),
                wall.high(),
                deviceMilliseconds(sides.get(i)),
                times.get(i).rounds(),
                forms.get(names.get(i)).lines().stream().map(line -> line.form().label()).toList(),
                forms.get(names.get(i)).inOneLaunch(batch)));
      }
      return latencies;
    }
  }

  /**
   * Times sides that wait for their results. A turn begins with a few calls that aren't timed: a
   * side that uses one core leaves the threads of the others asleep, and they are slow at first.
   */
  static List<Alternating.Times> alternating(List<Runnable> sides, int calls, int maxRounds) {
    return Alternating.time(
        sides,
        calls,
        () -> {},
        maxRounds,
        side -> {
          for (int call = 0; call < calls; call += UNTIMED) {
            side.run();
          }
        });
  }

  private static void warmUp(Map<String, Inference> inferences, Batches inputs, boolean same) {
    float[] expected = null;
    for (Map.Entry<String, Inference> entry : inferences.entrySet()) {
      float[] logits = entry.getValue().run(inputs.first());
      for (int i = 1; i < WARM_UP; i++) {
        logits = entry.getValue().run(inputs.first());
      }
      if (expected == null) {
        expected = logits;
      } else if (same && !close(expected, logits)) {
        throw LabException.run(
            "The logits of " + entry.getKey() + " and dense execution disagree.",
            "Choose another device with --device, and report this one.");
      }
    }
  }

  /** Within a thousandth of the largest logit: rounding differs by the order of additions alone. */
  private static boolean close(float[] expected, float[] actual) {
    float scale = 1e-6f;
    float difference = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
    }
    return difference <= 1e-3f * scale;
  }

  private static int calls(Runnable side) {
    long start = System.nanoTime();
    side.run();
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return (int) Math.min(MAX_CALLS, Math.max(1, Math.ceil(ROUND_MILLISECONDS / milliseconds)));
  }

  private Double deviceMilliseconds(Runnable side) {
    if (!session.clockPlausible()) {
      return null;
    }
    Backend backend = session.backend();
    double[] runs = new double[DEVICE_RUNS];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = backend.deviceNanos(side) / 1e6;
    }
    return Quartiles.of(runs).median();
  }
}
