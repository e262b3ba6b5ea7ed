package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseForm;
import org.prunecl.ops.SparseMatrix;
import org.prunecl.ops.Spmm;

/**
 * Times the product of one matrix of weights with activations, in dense and in every sparse form
 * that suits it, all of them taking turns.
 */
final class KernelTimer {
  /** Calls back to back before one wait, the same on all sides. */
  private static final int CALLS = 20;

  /** How long each side works first: the JVM too takes its time to compile what enqueues it. */
  private static final int WARM_UP_MS = 40;

  /** Rounds of the run that {@code auto} chooses by. */
  private static final int CHOICE_ROUNDS = 20;

  private final DeviceSession session;
  private final Backend backend;
  private final Gemm gemm;
  private final Spmm spmm;
  private final ColdWeights cold;

  /**
   * @param cold whether to time every side with weights out of the caches too
   */
  KernelTimer(DeviceSession session, boolean cold) {
    this.session = session;
    this.backend = session.backend();
    this.gemm = new Gemm(backend);
    this.spmm = new Spmm(backend);
    this.cold = cold ? new ColdWeights(backend) : null;
  }

  /**
   * One side's measurement.
   *
   * @param execution its name
   * @param form what ran
   * @param times wall times with warm caches
   * @param deviceMs mean event time of a call, null where the clock isn't plausible
   * @param coldMs median wall time with cold weights, null where that wasn't asked for
   * @param multiplyAdds that one call executes
   */
  record Measured(
      String execution,
      String form,
      Alternating.Times times,
      Double deviceMs,
      Double coldMs,
      long multiplyAdds) {}

  /** A product in one form. */
  private record Side(String form, long multiplyAdds, Runnable call, ColdWeights.Side cold) {}

  /**
   * Times relu(W · X).
   *
   * @param w in [-1, 1], with zeros
   * @param x in [-1, 1]
   * @return dense, the sparse forms in their order, {@code auto}
   * @throws LabException when the forms' results disagree
   */
  List<Measured> time(Matrix w, Matrix x) {
    try (Scope scope = new Scope()) {
      List<Side> sides = sides(w, x, scope);
      // Choice and measurement share no sample: else the luckiest form would win, and its luck be
      // measured.
      Side chosen = fastest(sides);
      List<Side> all = new ArrayList<>(sides);
      all.add(chosen);
      List<Alternating.Times> times = alternating(all, Alternating.MAX_ROUNDS);
      List<Double> coldMs = coldMs(all);
      List<Measured> measured = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        Side side = all.get(i);
        measured.add(
            new Measured(
                i < sides.size() ? side.form : BenchResults.AUTO,
                side.form,
                times.get(i),
                deviceMs(side.call),
                coldMs.get(i),
                side.multiplyAdds));
      }
      return measured;
    }
  }

  /** Every form, warm, its result compared with dense's. */
  private List<Side> sides(Matrix w, Matrix x, Scope scope) {
    int batch = x.columns();
    Matrix y = scope.own(backend.matrix(w.rows(), batch));
    List<Side> sides = new ArrayList<>();
    sides.add(
        new Side(
            BenchResults.DENSE,
            (long) w.rows() * w.columns() * batch,
            () -> gemm.multiply(w, x, y, Epilogue.RELU),
            new ColdWeights.Side(
                Matrix.bytes(w.rows(), w.columns()),
                owner -> {
                  Matrix copy = owner.own(backend.matrix(w.rows(), w.columns()));
                  copy.copyFrom(w);
                  return () -> gemm.multiply(copy, x, y, Epilogue.RELU);
                })));
    float[] expected = warm(sides.get(0), y);
    for (SparseForm form : SparseForm.values()) {
      if (form.suits(backend, w.columns(), batch)) {
        SparseMatrix s = scope.own(form.of(backend, w, batch));
        Side side =
            new Side(
                form.label(),
                (long) s.nonzeros() * batch,
                () -> spmm.multiply(s, x, y, Epilogue.RELU),
                new ColdWeights.Side(
                    s.bytes(),
                    owner -> {
                      SparseMatrix copy = owner.own(form.of(backend, w, batch));
                      return () -> spmm.multiply(copy, x, y, Epilogue.RELU);
                    }));
        compare(expected, warm(side, y), w.columns(), side.form);
        sides.add(side);
      }
    }
    return sides;
  }

  private float[] warm(Side side, Matrix y) {
    // What another form left there mustn't pass for this one's result.
    y.fill(Float.NaN);
    long begin = System.nanoTime();
    do {
      for (int i = 0; i < CALLS; i++) {
        side.call.run();
      }
      backend.finish();
    } while ((System.nanoTime() - begin) / 1e6 < WARM_UP_MS);
    return y.read();
  }

  private static void compare(float[] dense, float[] sparse, int terms, String form) {
    for (int i = 0; i < dense.length; i++) {
      // Weights and activations lie in [-1, 1]: each side rounds at most once per term.
      if (!(Math.abs(dense[i] - sparse[i]) <= 2.4e-7 * terms)) {
        throw LabException.run(
            "Dense and " + form + " products disagree: " + dense[i] + " and " + sparse[i] + ".",
            "Choose another device with --device, and report this one.");
      }
    }
  }

  private Side fastest(List<Side> sides) {
    List<Alternating.Times> times = alternating(sides, CHOICE_ROUNDS);
    int best = 0;
    for (int i = 1; i < sides.size(); i++) {
      if (times.get(i).milliseconds().median() < times.get(best).milliseconds().median()) {
        best = i;
      }
    }
    return sides.get(best);
  }

  /**
   * Every turn begins with a call that isn't timed: else a side would pay for the caches as the one
   * before left them, and the same kernel would be slower after a stranger than after itself.
   */
  private List<Alternating.Times> alternating(List<Side> sides, int maxRounds) {
    return Alternating.time(
        sides.stream().map(Side::call).toList(),
        CALLS,
        backend::finish,
        maxRounds,
        call -> {
          call.run();
          backend.finish();
        });
  }

  private List<Double> coldMs(List<Side> sides) {
    return cold == null
        ? Arrays.asList(new Double[sides.size()])
        : cold.milliseconds(sides.stream().map(Side::cold).toList(), CALLS);
  }

  private Double deviceMs(Runnable call) {
    if (!session.clockPlausible()) {
      return null;
    }
    long nanos =
        backend.deviceNanos(
            () -> {
              for (int i = 0; i < CALLS; i++) {
                call.run();
              }
            });
    return nanos / 1e6 / CALLS;
  }
}
