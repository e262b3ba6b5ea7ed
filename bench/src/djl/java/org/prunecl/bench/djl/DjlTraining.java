package org.prunecl.bench.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.prunecl.bench.worker.ConvNet;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.TrainingLosses;
import org.prunecl.bench.worker.Work;

/** Whole steps: forward, cross-entropy, backward, DJL's own Adam, which is one native call. */
final class DjlTraining implements Work {
  private final NDManager manager;
  private final int batch;
  private final List<NDArray> parameters;
  private final UnaryOperator<NDArray> forward;
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
    this.batch = order.number(1);
    long[] labelled = NetworkFiles.labels(order);
    this.labels = manager.create(labelled);
    Shape shape;
    if (order.suite().equals("training-conv")) {
      ConvNet net = ConvNet.of(order, 0);
      this.parameters = new ArrayList<>();
      for (float[] tensor : net.tensors(order)) {
        parameters.add(manager.create(tensor, new Shape(net.shapes().get(parameters.size()))));
      }
      this.forward = x -> forward(net, x);
      shape = new Shape(labelled.length, 1, net.side(), net.side());
    } else {
      int[] widths = order.widths(0);
      this.parameters = DjlContender.weights(manager, order, widths);
      this.forward = x -> DjlContender.forward(parameters, x);
      shape = new Shape(labelled.length, widths[0]);
    }
    this.samples = manager.create(NetworkFiles.samples(order), shape);
    parameters.forEach(parameter -> parameter.setRequiresGradient(true));
  }

  private NDArray forward(ConvNet net, NDArray x) {
    NDArray y = Conv2d.conv2d(x, parameters.get(0), parameters.get(1)).head();
    Shape pool = new Shape(net.pool(), net.pool());
    y = Pool.maxPool2d(y.getNDArrayInternal().relu(), pool, pool, new Shape(0, 0), false);
    y = y.reshape(-1, net.features());
    return y.getNDArrayInternal().linear(y, parameters.get(2), parameters.get(3)).head();
  }

  private float step(int first, boolean read) {
    NDIndex rows = new NDIndex().addSliceDim(first, first + batch);
    float value = Float.NaN;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray x = samples.get(scratch, rows);
      NDArray y = labels.get(scratch, rows);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray one = loss.evaluate(new NDList(y), new NDList(forward.apply(x)));
        collector.backward(one);
        if (read) {
          value = one.getFloat();
        }
      }
      for (int i = 0; i < parameters.size(); i++) {
        try (NDArray gradient = parameters.get(i).getGradient()) {
          adam.update("w" + i, parameters.get(i), gradient);
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
