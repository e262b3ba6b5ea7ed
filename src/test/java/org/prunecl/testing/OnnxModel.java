package org.prunecl.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** An ONNX model as ONNX Runtime loads and runs it. */
public final class OnnxModel implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final SessionOptions options;
  private final OrtSession session;

  /** Loads a file, which ONNX Runtime checks. */
  public OnnxModel(Path file) throws OrtException {
    options = new SessionOptions();
    session = ENVIRONMENT.createSession(file.toString(), options);
  }

  /** What the file says of itself. */
  public OrtSession session() {
    return session;
  }

  /**
   * Logits, sample by sample.
   *
   * @param samples one row each
   * @param features of a sample
   */
  public float[][] logits(float[] samples, int features) throws OrtException {
    long[] shape = {samples.length / features, features};
    try (OnnxTensor input = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(samples), shape);
        OrtSession.Result result = session.run(Map.of("samples", input))) {
      return (float[][]) result.get("logits").orElseThrow().getValue();
    }
  }

  /** The index of the largest, the first of equals. */
  public static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Override
  public void close() throws OrtException {
    session.close();
    options.close();
  }
}
