package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.prunecl.Progress;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.GemmTile;
import org.prunecl.ops.Matrix;

/**
 * Searches the parameters of the dense product on one device. Every candidate is built, run and
 * checked; the right ones are timed alternating, first briefly, then, those that came close to the
 * fastest, by the timing protocol beside the default. The fastest replaces the default only where
 * its upper quartile lies below the default's lower one.
 */
public final class GemmTuner {
  /** Calls back to back before one wait, the same on every side. */
  private static final int CALLS = 20;

  private static final int BRIEF_ROUNDS = 3;

  /** How much slower than the fastest a candidate may be in the brief run and stay. */
  private static final double CLOSE = 1.1;

  private static final int MOST_FINALISTS = 4;

  /** C = op(A) · op(B); does not wait. */
  interface Multiply {
    void run(Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c);
  }

  private final DeviceSession session;
  private final Gemm gemm;
  private final Function<GemmTile, Multiply> multiplies;
  private final List<GemmTile> candidates;
  private final List<TuneResults.Refusal> refused = new ArrayList<>();

  /**
   * A search on this device.
   *
   * @param full whether all candidates are tried, or only some that are likely to be good
   */
  public GemmTuner(DeviceSession session, boolean full) {
    this(
        session,
        GemmTile.candidates(session.backend().device(), session.backend().family(), full),
        tile -> multiply(session.backend(), tile));
  }

  /**
   * A search among these candidates.
   *
   * @param multiplies the product with given parameters
   */
  GemmTuner(
      DeviceSession session, List<GemmTile> candidates, Function<GemmTile, Multiply> multiplies) {
    this.session = session;
    this.gemm = new Gemm(session.backend());
    this.candidates = candidates;
    this.multiplies = multiplies;
  }

  static Multiply multiply(Backend backend, GemmTile tile) {
    Gemm gemm = new Gemm(backend, tile);
    return (a, transposeA, b, transposeB, c) ->
        gemm.multiply(1f, a, transposeA, b, transposeB, 0f, c, Epilogue.NONE);
  }

  /**
   * What a search for layers of these shapes needs of a device.
   *
   * @throws LabException when a matrix has more elements than an array can hold
   */
  public static Workload workload(List<KernelBench.Shape> layers, List<Integer> batches) {
    Workload bench = KernelBench.workload(layers, batches);
    return new Workload(bench.bytes(), bench.largest(), backend -> {});
  }

  /**
   * Searches for every class of products that training such layers has.
   *
   * @param layers the shapes of their weights
   * @param batches columns of the activations
   * @param file where the results are to be stored; not written here
   * @throws LabException when the device's default gives wrong results
   */
  public TuneResults run(
      List<KernelBench.Shape> layers, List<Integer> batches, TuningFile file, Progress progress) {
    Collection<DenseProduct> products = DenseProduct.of(layers, batches);
    List<TuneResults.Choice> choices = new ArrayList<>();
    refused.clear();
    progress.start("tune", products.size());
    for (DenseProduct product : products) {
      choices.add(search(product));
      progress.update(choices.size(), product.shapeClass().toString());
    }
    progress.close();
    return new TuneResults(
        TuneResults.SCHEMA, session.info(), choices, refused, file.path().toString());
  }

  /** A parameter set that gave right results. */
  private record Side(GemmTile tile, Runnable work) {}

  private TuneResults.Choice search(DenseProduct product) {
    Backend backend = session.backend();
    SplittableRandom random = new SplittableRandom(1);
    float[] aValues = DenseProduct.values(product.m() * product.k(), random);
    float[] bValues = DenseProduct.values(product.k() * product.n(), random);
    double[] expected = product.reference(aValues, bValues);
    try (Matrix a = backend.matrix(product.rowsOfA(), product.columnsOfA(), aValues);
        Matrix b = backend.matrix(product.rowsOfB(), product.columnsOfB(), bValues);
        Matrix c = backend.matrix(product.m(), product.n())) {
      Function<GemmTile, Runnable> runnable =
          tile -> {
            Multiply multiply = multiplies.apply(tile);
            return () -> multiply.run(a, product.transposeA(), b, product.transposeB(), c);
          };
      GemmTile standard =
          gemm.tile(
              product.transposeA(), product.transposeB(), product.m(), product.n(), product.k());
      Side fallback = new Side(standard, runnable.apply(standard));
      String wrong = fault(fallback.work, c, expected);
      if (wrong != null) {
        throw LabException.run(
            "The product with its default parameters fails: " + wrong,
            "Choose another device with --device, and report this one.");
      }
      List<Side> sides = new ArrayList<>(List.of(fallback));
      for (GemmTile tile : candidates) {
        if (tile.equals(standard)) {
          continue;
        }
        Runnable work = runnable.apply(tile);
        String fault = fault(work, c, expected);
        if (fault == null) {
          sides.add(new Side(tile, work));
        } else {
          refused.add(
              new TuneResults.Refusal(product.shapeClass().toString(), tile.named(), fault));
        }
      }
      return choose(product, sides);
    }
  }

  /** What is wrong with a way to compute the product, or null. */
  private String fault(Runnable work, Matrix c, double[] expected) {
    float[] result;
    try {
      // So that what another candidate left there is not taken for this one's.
      c.fill(Float.NaN);
      work.run();
      result = c.read();
    } catch (OpenClException e) {
      return e.getMessage().lines().findFirst().orElse("");
    }
    for (int i = 0; i < result.length; i++) {
      if (result[i] != expected[i]) {
        return "wrong result: " + result[i] + " where " + expected[i] + " is right";
      }
    }
    return null;
  }

  private TuneResults.Choice choose(DenseProduct product, List<Side> sides) {
    List<Side> finalists = finalists(sides);
    List<Alternating.Times> times =
        Alternating.time(works(finalists), CALLS, session.backend()::finish);
    Quartiles standard = times.get(0).milliseconds();
    int best = 0;
    for (int i = 1; i < times.size(); i++) {
      Quartiles one = times.get(i).milliseconds();
      if (one.high() < standard.low() && one.median() < times.get(best).milliseconds().median()) {
        best = i;
      }
    }
    Quartiles chosen = times.get(best).milliseconds();
    return new TuneResults.Choice(
        product.shapeClass().toString(),
        product.m(),
        product.n(),
        product.k(),
        sides.size(),
        best > 0,
        finalists.get(best).tile.named(),
        standard.median(),
        standard.low(),
        standard.high(),
        chosen.median(),
        chosen.low(),
        chosen.high(),
        standard.median() / chosen.median());
  }

  /** The default first, then the fastest few that came close to it or to the fastest. */
  private List<Side> finalists(List<Side> sides) {
    List<Alternating.Times> times =
        Alternating.time(works(sides), CALLS, session.backend()::finish, BRIEF_ROUNDS);
    double fastest =
        times.stream().mapToDouble(one -> one.milliseconds().median()).min().orElseThrow();
    Stream<Side> close =
        sides.stream()
            .skip(1)
            .filter(side -> median(times, sides, side) <= CLOSE * fastest)
            .sorted(Comparator.comparingDouble(side -> median(times, sides, side)))
            .limit(MOST_FINALISTS);
    return Stream.concat(Stream.of(sides.get(0)), close).toList();
  }

  private static double median(List<Alternating.Times> times, List<Side> sides, Side side) {
    return times.get(sides.indexOf(side)).milliseconds().median();
  }

  private static List<Runnable> works(List<Side> sides) {
    return sides.stream().map(Side::work).toList();
  }
}
