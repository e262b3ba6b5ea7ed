package org.prunecl.bench.bytedeco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.prunecl.bench.worker.ConvNet;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.TrainingLosses;
import org.prunecl.bench.worker.Work;

/** Whole steps: forward, cross-entropy, backward, fused Adam. */
final class BytedecoTraining implements Work {
  private final PointerScope scope = new PointerScope();
  private final int batch;
  private final int count;
  private final List<Tensor> parameters;
  private final UnaryOperator<Tensor> forward;
  private final Tensor samples;
  private final Tensor labels;
  private final FusedAdam adam;
  private int next;

  BytedecoTraining(Order order) throws IOException {
    this.batch = order.number(1);
    long[] classes = NetworkFiles.labels(order);
    this.count = classes.length;
    long[] shape;
    if (order.suite().equals("training-conv")) {
      ConvNet net = ConvNet.of(order, 0);
      this.parameters = new ArrayList<>();
      for (float[] tensor : net.tensors(order)) {
        parameters.add(BytedecoContender.tensor(tensor, net.shapes().get(parameters.size())));
      }
      this.forward = x -> forward(net, x);
      shape = new long[] {count, 1, net.side(), net.side()};
    } else {
      int[] widths = order.widths(0);
      this.parameters = BytedecoContender.weights(order, widths);
      this.forward = x -> BytedecoContender.forward(parameters, x);
      shape = new long[] {count, widths[0]};
    }
    List<Tensor> firstMoments = new ArrayList<>();
    List<Tensor> secondMoments = new ArrayList<>();
    List<Tensor> steps = new ArrayList<>();
    for (Tensor parameter : parameters) {
      firstMoments.add(torch.zeros_like(parameter));
      secondMoments.add(torch.zeros_like(parameter));
      steps.add(torch.zeros(1).squeeze());
      parameter.requires_grad_(true);
    }
    this.samples = BytedecoContender.tensor(NetworkFiles.samples(order), shape);
    try (LongPointer pointer = new LongPointer(classes)) {
      this.labels =
          torch
              .from_blob(pointer, new long[] {count}, new TensorOptions(torch.ScalarType.Long))
              .clone();
    }
    this.adam = new FusedAdam(parameters, firstMoments, secondMoments, steps);
  }

  private Tensor forward(ConvNet net, Tensor x) {
    Tensor y =
        torch.conv2d(
            x,
            parameters.get(0),
            new TensorOptional(parameters.get(1)),
            new long[] {1, 1},
            new long[] {0, 0},
            new long[] {1, 1},
            1);
    y = torch.max_pool2d(torch.relu(y), net.pool(), net.pool());
    return torch.linear(torch.flatten(y, 1, -1), parameters.get(2), parameters.get(3));
  }

  @SuppressWarnings("try") // the scope acts by being open
  private float step(int first, boolean read) {
    try (PointerScope scratch = new PointerScope()) {
      Tensor logits = forward.apply(samples.narrow(0, first, batch));
      Tensor loss = torch.cross_entropy_loss(logits, labels.narrow(0, first, batch));
      loss.backward();
      List<Tensor> gradients = parameters.stream().map(Tensor::grad).toList();
      adam.step(gradients);
      // Forgets the gradients as zero_grad(set_to_none=True) does.
      parameters.forEach(parameter -> parameter.mutable_grad().reset());
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
