package org.prunecl.bench.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/** Inference by ONNX Runtime's CPU provider, all graph optimisations on. */
public final class OnnxRuntimeContender implements Contender {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final int threads;

  private OnnxRuntimeContender(int threads) {
    this.threads = threads;
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    Server.serve(() -> new OnnxRuntimeContender(Server.threads()));
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    // As every session is told; the library can't be asked.
    facts.put("threads", Integer.toString(threads));
    facts.put("version", environment.getVersion());
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException, OrtException {
    // Of a sparse network it is given the dense weights, zeros included.
    if (!List.of("inference", "sparse-network").contains(order.suite())) {
      throw new UnsupportedOperationException(order.suite());
    }
    int[] widths = order.widths(0);
    byte[] model = OnnxMlp.model(widths, NetworkFiles.weights(order, widths));
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(threads);
      return new Mlp(
          environment.createSession(model, options),
          order.floats("x.f32"),
          new long[] {order.number(1), widths[0]},
          new long[] {order.number(1), widths[widths.length - 1]});
    }
  }

  @Override
  public void close() {
    environment.close();
  }

  /** Input and logits lie in buffers that the runtime reads and writes without a copy. */
  private final class Mlp implements Work {
    private final OrtSession session;
    private final FloatBuffer logits;
    private final OnnxTensor input;
    private final OnnxTensor output;

    Mlp(OrtSession session, float[] input, long[] inputShape, long[] outputShape)
        throws OrtException {
      this.session = session;
      this.logits = buffer((int) (outputShape[0] * outputShape[1]));
      this.input =
          OnnxTensor.createTensor(environment, buffer(input.length).put(input).flip(), inputShape);
      this.output = OnnxTensor.createTensor(environment, logits, outputShape);
    }

    private static FloatBuffer buffer(int floats) {
      return ByteBuffer.allocateDirect(floats * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }

    @Override
    public float[] output() throws OrtException {
      call();
      float[] values = new float[logits.capacity()];
      logits.get(0, values);
      return values;
    }

    @Override
    public void call() throws OrtException {
      session.run(Map.of(OnnxMlp.INPUT, input), Map.of(OnnxMlp.OUTPUT, output)).close();
    }

    @Override
    public void close() {
      input.close();
      output.close();
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
