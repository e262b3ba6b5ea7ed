package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
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
    int[] widths = order.widths(0);
    this.batch = order.number(1);
    List<LayerParameters> layers = layers(order, widths);
    byte[] pixels = order.bytes("pixels.u8");
    byte[] labels = order.bytes("labels.u8");
    try {
      this.samples =
          scope.own(new Samples(backend, pixels, labels, widths[0], NetworkFiles.PIXEL_SCALE, 0));
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
