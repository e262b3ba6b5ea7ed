package org.prunecl.bench.openblas;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.Floats;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Product;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/**
 * Products by {@code cblas_sgemm}, row-major, in one of two layouts of activations: batch ×
 * features as PyTorch has them, or features × batch.
 */
public final class OpenBlasContender implements Contender {
  private final boolean batchMajor;
  private final NativeLibrary library;

  private OpenBlasContender(boolean batchMajor) {
    this.batchMajor = batchMajor;
    Loader.load(openblas_nolapack.class);
    // The library that the binding has loaded, by its path.
    this.library = NativeLibrary.getInstance(loaded());
    library.getFunction("openblas_set_num_threads").invokeVoid(new Object[] {Server.threads()});
  }

  private static String loaded() {
    return Loader.getLoadedLibraries().values().stream()
        .filter(path -> path.contains("libopenblas"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("OpenBLAS itself was not loaded"));
  }

  /**
   * Serves until standard input ends.
   *
   * @param args {@code batch-major} or {@code features-major}
   */
  public static void main(String[] args) throws IOException {
    Server.serve(() -> new OpenBlasContender(args[0].equals("batch-major")));
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    int threads = library.getFunction("openblas_get_num_threads").invokeInt(new Object[0]);
    facts.put("threads", Integer.toString(threads));
    facts.put("version", text("openblas_get_config"));
    facts.put("core", text("openblas_get_corename"));
    return facts;
  }

  private String text(String function) {
    return library.getFunction(function).invokeString(new Object[0], false).strip();
  }

  @Override
  public Work prepare(Order order) throws IOException {
    if (!order.suite().equals("gemm")) {
      throw new UnsupportedOperationException(order.suite());
    }
    Product product = Product.of(order.words().get(0));
    int outputs = order.number(1);
    int inputs = order.number(2);
    int batch = order.number(3);
    float[] a = order.floats("a.f32");
    float[] b = order.floats("b.f32");
    if (!batchMajor) {
      return switch (product) {
        case FORWARD -> new Sgemm(false, false, outputs, batch, inputs, a, b, false);
        case INPUT_GRADIENT -> new Sgemm(true, false, inputs, batch, outputs, a, b, false);
        case WEIGHT_GRADIENT -> new Sgemm(false, true, outputs, inputs, batch, a, b, false);
      };
    }
    return switch (product) {
      case FORWARD ->
          new Sgemm(
              false, true, batch, outputs, inputs, Floats.transposed(b, inputs, batch), a, true);
      case INPUT_GRADIENT ->
          new Sgemm(
              false, false, batch, inputs, outputs, Floats.transposed(b, outputs, batch), a, true);
      case WEIGHT_GRADIENT ->
          new Sgemm(
              true,
              false,
              outputs,
              inputs,
              batch,
              Floats.transposed(a, outputs, batch),
              Floats.transposed(b, inputs, batch),
              false);
    };
  }

  /** C = op(A) · op(B), C being m × n, and read transposed where the layout asks for it. */
  private static final class Sgemm implements Work {
    private final boolean transposeA;
    private final boolean transposeB;
    private final int m;
    private final int n;
    private final int k;
    private final boolean transposeOutput;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    Sgemm(
        boolean transposeA,
        boolean transposeB,
        int m,
        int n,
        int k,
        float[] a,
        float[] b,
        boolean transposeOutput) {
      this.transposeA = transposeA;
      this.transposeB = transposeB;
      this.m = m;
      this.n = n;
      this.k = k;
      this.transposeOutput = transposeOutput;
      this.a = new FloatPointer(a);
      this.b = new FloatPointer(b);
      this.c = new FloatPointer((long) m * n);
    }

    @Override
    public float[] output() {
      call();
      float[] values = new float[m * n];
      c.get(values);
      return transposeOutput ? Floats.transposed(values, m, n) : values;
    }

    @Override
    public void call() {
      cblas_sgemm(
          CblasRowMajor,
          transposeA ? CblasTrans : CblasNoTrans,
          transposeB ? CblasTrans : CblasNoTrans,
          m,
          n,
          k,
          1f,
          a,
          transposeA ? m : k,
          b,
          transposeB ? k : n,
          0f,
          c,
          n);
    }

    @Override
    public void close() {
      a.close();
      b.close();
      c.close();
    }
  }
}
