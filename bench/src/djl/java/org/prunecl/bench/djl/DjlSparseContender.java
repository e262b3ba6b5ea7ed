package org.prunecl.bench.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.Floats;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/**
 * Products by PyTorch with weights in CSR, in one of two layouts of activations: batch × features
 * ({@code linear}) or features × batch ({@code mm}). Indices have 32 bits, which MKL takes as they
 * are. Scripts run as they stand: there is nothing in them to fuse.
 */
public final class DjlSparseContender implements Contender {
  private final boolean batchMajor;
  private final NDManager manager;
  private final PtSymbolBlock toCsr;

  private DjlSparseContender(boolean batchMajor) {
    this.batchMajor = batchMajor;
    JniUtils.setNumThreads(Server.threads());
    JniUtils.setGraphExecutorOptimize(false);
    this.manager = NDManager.newBaseManager("PyTorch");
    this.toCsr =
        Script.module(
            manager,
            "starts: Tensor, columns: Tensor, values: Tensor, rows: int, width: int",
            "return torch.sparse_csr_tensor(starts, columns, values, [rows, width])");
  }

  /**
   * Serves until standard input ends.
   *
   * @param args {@code batch-major} or {@code features-major}
   */
  public static void main(String[] args) throws IOException {
    Server.serve(
        () -> {
          Engine.getEngine("PyTorch"); // loads the library
          return new DjlSparseContender(args[0].equals("batch-major"));
        });
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(JniUtils.getNumThreads()));
    facts.put("version", Engine.getEngine("PyTorch").getVersion());
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    NDManager own = manager.newSubManager();
    return switch (order.suite()) {
      case "sparse-layer" -> new Layer(own, order);
      case "sparse-network" -> new Network(own, order);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  private IValue csr(NDManager own, int rows, int columns, float[] dense) {
    Csr csr = Csr.of(rows, columns, dense);
    return toCsr.forward(
        tensor(own.create(csr.starts())),
        tensor(own.create(csr.columnIndices())),
        tensor(own.create(csr.values())),
        IValue.from(csr.rows()),
        IValue.from(csr.columns()));
  }

  private static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  @Override
  public void close() {
    toCsr.close();
    manager.close();
  }

  /** One product, operands where PyTorch wants them. */
  private final class Layer implements Work {
    private final NDManager own;
    private final PtSymbolBlock script;
    private final IValue weights;
    private final IValue x;
    private final int outputs;
    private final int batch;

    Layer(NDManager own, Order order) throws IOException {
      this.own = own;
      this.outputs = order.number(0);
      int inputs = order.number(1);
      this.batch = order.number(2);
      float[] input = order.floats("x.f32");
      this.script =
          Script.module(
              own,
              "w: Tensor, x: Tensor",
              batchMajor ? "return torch.linear(x, w)" : "return torch.mm(w, x)");
      this.weights = csr(own, outputs, inputs, order.floats("weights.f32"));
      this.x =
          tensor(
              batchMajor
                  ? own.create(Floats.transposed(input, inputs, batch), new Shape(batch, inputs))
                  : own.create(input, new Shape(inputs, batch)));
    }

    @Override
    public float[] output() {
      try (IValue y = script.forward(weights, x)) {
        float[] values = y.toTensor((PtNDManager) own).toFloatArray();
        return batchMajor ? Floats.transposed(values, batch, outputs) : values;
      }
    }

    @Override
    public void call() {
      script.forward(weights, x).close();
    }

    @Override
    public void close() {
      x.close();
      weights.close();
      script.close();
      own.close();
    }
  }

  /** From an array of the host to an array of the host. The output layer is dense. */
  private final class Network implements Work {
    private final NDManager own;
    private final PtSymbolBlock script;
    private final List<IValue> weights = new ArrayList<>();
    private final float[] input;
    private final Shape shape;
    private float[] logits;

    Network(NDManager own, Order order) throws IOException {
      this.own = own;
      int[] widths = order.widths(0);
      this.input = order.floats("x.f32");
      this.shape = new Shape(order.number(1), widths[0]);
      int last = widths.length - 2;
      StringBuilder parameters = new StringBuilder();
      StringBuilder body =
          new StringBuilder(batchMajor ? "" : "x = torch.contiguous(torch.t(x))\n");
      List<float[]> dense = NetworkFiles.weights(order, widths);
      for (int i = 0; i <= last; i++) {
        int rows = widths[i + 1];
        int columns = widths[i];
        weights.add(
            i < last
                ? csr(own, rows, columns, dense.get(i))
                : tensor(own.create(dense.get(i), new Shape(rows, columns))));
        parameters.append("w").append(i).append(": Tensor, ");
        String product = batchMajor ? "torch.linear(x, w" + i + ")" : "torch.mm(w" + i + ", x)";
        body.append("x = ").append(i < last ? "torch.relu(" + product + ")" : product).append('\n');
      }
      body.append("return ").append(batchMajor ? "x" : "torch.contiguous(torch.t(x))");
      this.script = Script.module(own, parameters + "x: Tensor", body.toString());
    }

    @Override
    public float[] output() {
      call();
      return logits;
    }

    @Override
    public void call() {
      try (NDManager scratch = own.newSubManager()) {
        IValue[] arguments = new IValue[weights.size() + 1];
        weights.toArray(arguments);
        arguments[weights.size()] = tensor(scratch.create(input, shape));
        try (IValue y = script.forward(arguments)) {
          logits = y.toTensor((PtNDManager) scratch).toFloatArray();
        }
        arguments[weights.size()].close();
      }
    }

    @Override
    public void close() {
      weights.forEach(IValue::close);
      script.close();
      own.close();
    }
  }
}
