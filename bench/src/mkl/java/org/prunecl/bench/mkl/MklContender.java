package org.prunecl.bench.mkl;

import static org.bytedeco.mkl.global.mkl_rt.MKL_Get_Max_Threads;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Get_Version_String;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Set_Dynamic;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Set_Num_Threads;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.mkl.global.mkl_rt;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.Floats;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/**
 * Sparse products by MKL's inspector-executor interface, weights optimised ahead, in one of two
 * layouts of activations.
 */
public final class MklContender implements Contender {
  private static final int VERSION_LENGTH = 200;

  private final boolean batchMajor;

  private MklContender(boolean batchMajor) {
    this.batchMajor = batchMajor;
    Loader.load(mkl_rt.class);
    MKL_Set_Dynamic(0); // as many threads as were asked for, whatever MKL thinks of the processor
    MKL_Set_Num_Threads(Server.threads());
  }

  /**
   * Serves until standard input ends.
   *
   * @param args {@code batch-major} or {@code features-major}
   */
  public static void main(String[] args) throws IOException {
    Server.serve(() -> new MklContender(args[0].equals("batch-major")));
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(MKL_Get_Max_Threads()));
    byte[] version = new byte[VERSION_LENGTH];
    MKL_Get_Version_String(version, version.length);
    facts.put("version", new String(version, StandardCharsets.US_ASCII).replace('\0', ' ').strip());
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    return switch (order.suite()) {
      case "sparse-layer" -> new Layer(order, batchMajor);
      case "sparse-network" -> new MklNetwork(order, batchMajor);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  /** One product, operands where MKL wants them. */
  private static final class Layer implements Work {
    private final SparseHandle weights;
    private final FloatPointer x;
    private final FloatPointer y;
    private final int outputs;
    private final int batch;
    private final boolean batchMajor;

    Layer(Order order, boolean batchMajor) throws IOException {
      this.outputs = order.number(0);
      int inputs = order.number(1);
      this.batch = order.number(2);
      this.batchMajor = batchMajor;
      float[] input = order.floats("x.f32");
      this.weights =
          new SparseHandle(Csr.of(outputs, inputs, order.floats("weights.f32")), batch, batchMajor);
      this.x = new FloatPointer(batchMajor ? Floats.transposed(input, inputs, batch) : input);
      this.y = new FloatPointer((long) outputs * batch);
    }

    @Override
    public float[] output() {
      call();
      float[] values = new float[outputs * batch];
      y.get(values);
      return batchMajor ? Floats.transposed(values, batch, outputs) : values;
    }

    @Override
    public void call() {
      weights.multiply(x, y);
    }

    @Override
    public void close() {
      weights.close();
      x.close();
      y.close();
    }
  }
}
