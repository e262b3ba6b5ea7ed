package org.prunecl.bench.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/** Training and inference by PyTorch through DJL, which brings a PyTorch built with MKL. */
public final class DjlContender implements Contender {
  private final NDManager manager;

  private DjlContender() {
    JniUtils.setNumThreads(Server.threads());
    this.manager = NDManager.newBaseManager("PyTorch");
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    Server.serve(
        () -> {
          Engine.getEngine("PyTorch"); // loads the library
          return new DjlContender();
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
    return switch (order.suite()) {
      case "training", "training-conv" -> new DjlTraining(manager.newSubManager(), order);
      case "inference" -> new Mlp(manager.newSubManager(), order);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  /** The layers' weights, outputs × inputs each. */
  static List<NDArray> weights(NDManager manager, Order order, int[] widths) throws IOException {
    List<NDArray> layers = new ArrayList<>();
    for (float[] weights : NetworkFiles.weights(order, widths)) {
      int layer = layers.size();
      layers.add(manager.create(weights, new Shape(widths[layer + 1], widths[layer])));
    }
    return layers;
  }

  static NDArray forward(List<NDArray> layers, NDArray x) {
    NDArray y = x;
    int last = layers.size() - 1;
    for (int i = 0; i < last; i++) {
      y = linear(y, layers.get(i)).getNDArrayInternal().relu();
    }
    return linear(y, layers.get(last));
  }

  private static NDArray linear(NDArray x, NDArray weights) {
    return x.getNDArrayInternal().linear(x, weights, null).head();
  }

  @Override
  public void close() {
    manager.close();
  }

  /** From an array of the host to an array of the host. */
  private static final class Mlp implements Work {
    private final NDManager manager;
    private final List<NDArray> layers;
    private final float[] input;
    private final Shape shape;
    private float[] logits;

    Mlp(NDManager manager, Order order) throws IOException {
      this.manager = manager;
      int[] widths = order.widths(0);
      this.layers = weights(manager, order, widths);
      this.input = order.floats("x.f32");
      this.shape = new Shape(order.number(1), widths[0]);
    }

    @Override
    public float[] output() {
      call();
      return logits;
    }

    @Override
    public void call() {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray x = scratch.create(input, shape);
        logits = forward(layers, x).toFloatArray();
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
