package org.prunecl.bench.onnxruntime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A multi-layer perceptron without biases as an ONNX model: {@code Gemm} with transposed weights,
 * as PyTorch exports a linear layer, and {@code Relu}. Field numbers are those of {@code
 * onnx.proto}.
 */
final class OnnxMlp {
  static final String INPUT = "x";
  static final String OUTPUT = "y";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT_ATTRIBUTE = 2;

  private OnnxMlp() {}

  /**
   * The model, its batch size free.
   *
   * @param widths of the input, the hidden layers and the output
   * @param weights outputs × inputs each
   */
  static byte[] model(int[] widths, List<float[]> weights) {
    Message graph = new Message();
    String from = INPUT;
    int last = weights.size() - 1;
    for (int i = 0; i <= last; i++) {
      String to = i == last ? OUTPUT : "h" + i;
      Message transposed = new Message().text(1, "transB").number(20, INT_ATTRIBUTE).number(3, 1);
      graph.message(
          1,
          new Message()
              .text(1, from)
              .text(1, "w" + i)
              .text(2, to)
              .text(4, "Gemm")
              .message(5, transposed));
      from = to;
      if (i < last) {
        from = "r" + i;
        graph.message(1, new Message().text(1, to).text(2, from).text(4, "Relu"));
      }
    }
    graph.text(2, "mlp");
    for (int i = 0; i <= last; i++) {
      graph.message(5, tensor("w" + i, widths[i + 1], widths[i], weights.get(i)));
    }
    graph.message(11, value(INPUT, widths[0]));
    graph.message(12, value(OUTPUT, widths[widths.length - 1]));
    return new Message()
        .number(1, IR_VERSION)
        .message(8, new Message().text(1, "").number(2, OPSET))
        .message(7, graph)
        .bytes();
  }

  private static Message tensor(String name, int rows, int columns, float[] values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return new Message()
        .number(1, rows)
        .number(1, columns)
        .number(2, FLOAT)
        .text(8, name)
        .bytes(9, raw.array());
  }

  /** A float matrix of any number of rows. */
  private static Message value(String name, int columns) {
    Message shape =
        new Message()
            .message(1, new Message().text(2, "batch"))
            .message(1, new Message().number(1, columns));
    Message type = new Message().message(1, new Message().number(1, FLOAT).message(2, shape));
    return new Message().text(1, name).message(2, type);
  }

  /** A protocol-buffers message as it is written. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    Message bytes(int field, byte[] value) {
      varint(((long) field << 3) | LENGTH_DELIMITED);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
