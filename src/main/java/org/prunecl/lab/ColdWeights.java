package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;

/**
 * Times products whose weights come from memory. Every call of a round takes another copy of the
 * weights, and before each round the device reads more than its caches hold. So calls can follow
 * each other without a wait between them, as in any other measurement. Activations and results stay
 * warm: a layer's input was computed a moment before.
 */
final class ColdWeights {
  private static final int ROUNDS = 10;

  /** What is read before a round is so many times the last-level cache. */
  private static final int TIMES_THE_CACHE = 2;

  /** The cache of devices that state none, or only that of a core. */
  private static final long SMALLEST_CACHE = 64L << 20;

  private static final int COLUMNS = 4096;

  private final Backend backend;
  private final Gemm gemm;
  private final int rows;

  ColdWeights(Backend backend) {
    this.backend = backend;
    this.gemm = new Gemm(backend);
    long cache = Math.max(SMALLEST_CACHE, backend.device().globalMemoryCache());
    this.rows = Math.toIntExact(TIMES_THE_CACHE * cache / Matrix.bytes(1, COLUMNS));
  }

  /**
   * One side.
   *
   * @param bytes of one copy of its weights
   * @param copy makes one, owned by the scope, and gives the call that multiplies with it
   */
  record Side(long bytes, Function<Scope, Runnable> copy) {}

  /** Median wall times of one call, milliseconds, in the order of the sides. */
  List<Double> milliseconds(List<Side> sides, int calls) {
    long walked = Matrix.bytes(rows, COLUMNS);
    long bytes = walked;
    for (Side side : sides) {
      bytes += copies(side, calls) * side.bytes;
    }
    backend.reserve(bytes, sides.stream().mapToLong(Side::bytes).reduce(walked, Math::max));
    try (Scope scope = new Scope()) {
      Matrix large = scope.own(backend.matrix(rows, COLUMNS));
      Matrix vector = scope.own(backend.matrix(COLUMNS, 1));
      Matrix sums = scope.own(backend.matrix(rows, 1));
      List<Runnable> turns = new ArrayList<>();
      for (Side side : sides) {
        List<Runnable> copies = new ArrayList<>();
        for (int i = 0; i < copies(side, calls); i++) {
          copies.add(side.copy.apply(scope));
        }
        copies.get(0).run();
        turns.add(new InTurn(copies));
      }
      Consumer<Runnable> walk =
          side -> {
            gemm.multiply(large, vector, sums, Epilogue.NONE);
            backend.finish();
          };
      return Alternating.time(turns, calls, backend::finish, ROUNDS, walk).stream()
          .map(times -> times.milliseconds().median())
          .toList();
    }
  }

  /** One for each call of a round, or as many as are more than the caches hold. */
  private int copies(Side side, int calls) {
    return (int) Math.min(calls, Matrix.bytes(rows, COLUMNS) / side.bytes + 2);
  }

  private static final class InTurn implements Runnable {
    private final List<Runnable> calls;
    private int next;

    InTurn(List<Runnable> calls) {
      this.calls = calls;
    }

    @Override
    public void run() {
      calls.get(next).run();
      next = (next + 1) % calls.size();
    }
  }
}
