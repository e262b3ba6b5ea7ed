package org.prunecl.bench.bytedeco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.TrainingLosses;
import org.prunecl.bench.worker.Work;

/** Whole steps: forward, cross-entropy, backward, fused Adam. */
final class BytedecoTraining implements Work {
  private final PointerScope scope = new PointerScope();
  private final int batch;
  private final int count;
  private final List<Tensor> layers;
  private final Tensor samples;
  private final Tensor labels;
  private final FusedAdam adam;
  private int next;

  BytedecoTraining(Order order) throws IOException {
    int[] widths = order.widths(0);
    this.batch = order.number(1);
    this.layers = BytedecoContender.weights(order, widths);
    List<Tensor> firstMoments = new ArrayList<>();
    List<Tensor> secondMoments = new ArrayList<>();
    List<Tensor> steps = new ArrayList<>();
    for (Tensor layer : layers) {
      firstMoments.add(torch.zeros_like(layer));
      secondMoments.add(torch.zeros_like(layer));
      steps.add(torch.zeros(1).squeeze());
      layer.requires_grad_(true);
    }
    float[] pixels = NetworkFiles.samples(order);
    this.count = pixels.length / widths[0];
    this.samples = BytedecoContender.tensor(pixels, count, widths[0]);
    try (LongPointer classes = new LongPointer(NetworkFiles.labels(order))) {
      this.labels =
          torch
              .from_blob(classes, new long[] {count}, new TensorOptions(torch.ScalarType.Long))
              .clone();
    }
    this.adam = new FusedAdam(layers, firstMoments, secondMoments, steps);
  }

  @SuppressWarnings("try") // the scope acts by being open
  private float step(int first, boolean read) {
    try (PointerScope scratch = new PointerScope()) {
      Tensor logits = BytedecoContender.forward(layers, samples.narrow(0, first, batch));
      Tensor loss = torch.cross_entropy_loss(logits, labels.narrow(0, first, batch));
      loss.backward();
      List<Tensor> gradients = layers.stream().map(Tensor::grad).toList();
      adam.step(gradients);
      // Forgets the gradients as zero_grad(set_to_none=True) does.
      layers.forEach(layer -> layer.mutable_grad().reset());
      return read ? loss.item_float() : Float.NaN;
    }
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
    next = TrainingLosses.following(next, batch, count);
  }

  @Override
  public void close() {
    adam.close();
    scope.close();
  }
}
