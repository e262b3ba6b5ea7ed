package org.prunecl.bench.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.util.List;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.TrainingLosses;
import org.prunecl.bench.worker.Work;

/** Whole steps: forward, cross-entropy, backward, DJL's own Adam, which is one native call. */
final class DjlTraining implements Work {
  private final NDManager manager;
  private final int batch;
  private final List<NDArray> layers;
  private final NDArray samples;
  private final NDArray labels;
  private final Loss loss = new SoftmaxCrossEntropyLoss();
  private final Optimizer adam =
      Adam.builder()
          .optLearningRateTracker(Tracker.fixed(1e-3f))
          .optBeta1(0.9f)
          .optBeta2(0.999f)
          .optEpsilon(1e-8f)
          .build();
  private int next;

  DjlTraining(NDManager manager, Order order) throws IOException {
    this.manager = manager;
    int[] widths = order.widths(0);
    this.batch = order.number(1);
    this.layers = DjlContender.weights(manager, order, widths);
    layers.forEach(layer -> layer.setRequiresGradient(true));
    float[] pixels = NetworkFiles.samples(order);
    this.samples = manager.create(pixels, new Shape(pixels.length / widths[0], widths[0]));
    this.labels = manager.create(NetworkFiles.labels(order));
  }

  private float step(int first, boolean read) {
    NDIndex rows = new NDIndex().addSliceDim(first, first + batch);
    float value = Float.NaN;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray x = samples.get(scratch, rows);
      NDArray y = labels.get(scratch, rows);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray one = loss.evaluate(new NDList(y), new NDList(DjlContender.forward(layers, x)));
        collector.backward(one);
        if (read) {
          value = one.getFloat();
        }
      }
      for (int i = 0; i < layers.size(); i++) {
        try (NDArray gradient = layers.get(i).getGradient()) {
          adam.update("w" + i, layers.get(i), gradient);
          gradient.subi(gradient);
        }
      }
    }
    return value;
  }

  @Override
  public float[] output() {
    float[] losses = new float[TrainingLosses.STEPS];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = step(0, true);
    }
    return losses;
  }

  @Override
  public void call() {
    step(next, false);
    next = TrainingLosses.following(next, batch, (int) labels.size());
  }

  @Override
  public void close() {
    manager.close();
  }
}
