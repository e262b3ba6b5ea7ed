package org.prunecl.bench.bytedeco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.prunecl.bench.worker.Contender;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Server;
import org.prunecl.bench.worker.Work;

/** Training and inference by PyTorch's C++ interface, as Bytedeco binds it. */
public final class BytedecoContender implements Contender {
  /** The binding names none; it is that of the artifact. */
  private static final String VERSION = "2.10.0";

  private BytedecoContender() {
    torch.set_num_threads(Server.threads());
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    Server.serve(BytedecoContender::new);
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(torch.get_num_threads()));
    facts.put("version", VERSION);
    return facts;
  }

  @Override
  public Work prepare(Order order) throws IOException {
    return switch (order.suite()) {
      case "training", "training-conv" -> new BytedecoTraining(order);
      case "inference" -> new Mlp(order);
      default -> throw new UnsupportedOperationException(order.suite());
    };
  }

  /** A tensor with a copy of the values. */
  static Tensor tensor(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return torch.from_blob(pointer, shape, new TensorOptions(torch.ScalarType.Float)).clone();
    }
  }

  /** The layers' weights, outputs × inputs each. */
  static List<Tensor> weights(Order order, int[] widths) throws IOException {
    List<Tensor> layers = new ArrayList<>();
    for (float[] weights : NetworkFiles.weights(order, widths)) {
      int layer = layers.size();
      layers.add(tensor(weights, widths[layer + 1], widths[layer]));
    }
    return layers;
  }

  static Tensor forward(List<Tensor> layers, Tensor x) {
    Tensor y = x;
    int last = layers.size() - 1;
    for (int i = 0; i < last; i++) {
      y = torch.relu(torch.linear(y, layers.get(i)));
    }
    return torch.linear(y, layers.get(last));
  }

  /** From native memory of the host to an array of the host; the input is not copied. */
  private static final class Mlp implements Work {
    private final PointerScope scope = new PointerScope();
    private final List<Tensor> layers;
    private final Tensor x;
    private final float[] logits;

    Mlp(Order order) throws IOException {
      int[] widths = order.widths(0);
      int batch = order.number(1);
      this.layers = weights(order, widths);
      this.x = tensor(order.floats("x.f32"), batch, widths[0]);
      this.logits = new float[batch * widths[widths.length - 1]];
    }

    @Override
    public float[] output() {
      call();
      return logits;
    }

    @Override
    @SuppressWarnings("try") // scopes act by being open
    public void call() {
      try (PointerScope scratch = new PointerScope();
          InferenceMode mode = new InferenceMode(true)) {
        forward(layers, x).data_ptr_float().get(logits);
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
