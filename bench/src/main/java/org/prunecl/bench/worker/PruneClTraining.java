package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.prunecl.nn.Convolution;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.ConvShape;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;

/** Whole training steps, batches gathered from a dataset that lies on the device. */
final class PruneClTraining implements Work {
  private static final Adam.Settings ADAM =
      new Adam.Settings(Adam.Form.PYTORCH, 1e-3, 0.9, 0.999, 1e-8, 0);

  private final Backend backend;
  private final int batch;
  private final Scope scope = new Scope();
  private final Samples samples;
  private final Training training;
  private final Totals totals;
  private int next;

  PruneClTraining(Backend backend, Order order) throws IOException {
    this.backend = backend;
    this.batch = order.number(1);
    boolean conv = order.suite().equals("training-conv");
    List<LayerParameters> layers = conv ? convolution(order) : layers(order, order.widths(0));
    int features = layers.get(0).inputFeatures();
    byte[] pixels = order.bytes("pixels.u8");
    byte[] labels = order.bytes("labels.u8");
    try {
      this.samples =
          scope.own(new Samples(backend, pixels, labels, features, NetworkFiles.PIXEL_SCALE, 0));
      Network network = scope.own(Network.of(backend, layers));
      this.training = scope.own(new Training(network, ADAM, batch));
      this.totals = scope.own(new Totals(backend, TrainingLosses.STEPS));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static List<LayerParameters> layers(Order order, int[] widths) throws IOException {
    List<float[]> weights = NetworkFiles.weights(order, widths);
    List<LayerParameters> layers = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      layers.add(
          new LayerParameters("fc" + (i + 1), widths[i + 1], widths[i], weights.get(i), null));
    }
    return layers;
  }

  private static List<LayerParameters> convolution(Order order) throws IOException {
    ConvNet net = ConvNet.of(order, 0);
    List<float[]> tensors = net.tensors(order);
    ConvShape shape = new ConvShape(1, net.side(), net.side(), net.kernel(), net.kernel());
    return List.of(
        new LayerParameters(
            "conv1",
            net.filters(),
            shape.weights(),
            tensors.get(0),
            tensors.get(1),
            new Convolution(shape, net.pool())),
        new LayerParameters("fc1", net.classes(), net.features(), tensors.get(2), tensors.get(3)));
  }

  @Override
  public float[] output() {
    float[] losses = new float[TrainingLosses.STEPS];
    for (int step = 0; step < losses.length; step++) {
      training.step(samples, 0, batch, totals, step);
      losses[step] = (float) (totals.sum(step, step + 1).loss() / batch);
    }
    return losses;
  }

  @Override
  public void call() {
    training.step(samples, next, batch, totals, 0);
    next = TrainingLosses.following(next, batch, samples.count());
  }

  @Override
  public void await() {
    backend.finish();
  }

  @Override
  public void close() {
    scope.close();
  }
}
