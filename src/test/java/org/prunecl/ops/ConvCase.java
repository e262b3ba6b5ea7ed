package org.prunecl.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** A convolution to be tested: its kernels' family, its shape, filters and batch. */
record ConvCase(Family family, ConvShape shape, int filters, int batch) {
  /** Kernels of all kinds on small images, and drawn ones, for both families. */
  static List<ConvCase> draw() {
    Draw draw = new Draw("convolutions");
    List<ConvCase> cases = new ArrayList<>();
    for (Family family : Family.values()) {
      cases.add(new ConvCase(family, new ConvShape(1, 1, 1, 1, 1), 1, 1));
      cases.add(new ConvCase(family, new ConvShape(3, 5, 7, 2, 3), 7, 33));
      cases.add(new ConvCase(family, new ConvShape(5, 4, 3, 4, 3), 5, 7));
      int[][] kernels =
          TestDevice.simulated()
              ? new int[][] {{1, 1}, {2, 3}, {3, 3}}
              : new int[][] {{1, 1}, {3, 3}, {5, 5}, {2, 3}};
      for (int[] kernel : kernels) {
        boolean small = TestDevice.simulated();
        // No more than 65,535 iterations of a work-item, where a device cuts off what goes beyond.
        boolean brief = !TestDevice.backend(family).longLoops();
        int[] batches = small ? new int[] {1, 9} : new int[] {1, 7, 32, brief ? 64 : 128};
        for (int batch : batches) {
          int channels = small ? draw.pick(1, 3) : draw.pick(1, 3, 5);
          int filters = small ? draw.pick(1, 5, 7) : draw.pick(1, 2, 3, 4, 5, 6, 7, 12, 13);
          int more = small ? 2 : brief ? 6 : 12;
          ConvShape shape =
              new ConvShape(
                  channels,
                  kernel[0] + draw.index(more),
                  kernel[1] + draw.index(more),
                  kernel[0],
                  kernel[1]);
          cases.add(new ConvCase(family, shape, filters, batch));
        }
      }
    }
    if (!TestDevice.simulated() && !TestDevice.additional()) {
      cases.add(new ConvCase(Family.CPU, new ConvShape(1, 28, 28, 3, 3), 12, 128));
      cases.add(new ConvCase(Family.GPU, new ConvShape(1, 28, 28, 3, 3), 12, 32));
    }
    return cases;
  }

  /** The operations of each width of vectors that the device's compiler copes with. */
  Stream<Conv2d> operations() {
    Backend backend = TestDevice.backend(family);
    if (!backend.cpu()) {
      return Stream.of(new Conv2d(backend));
    }
    return TestDevice.wideVectors() && !TestDevice.simulated()
        ? Stream.of(new Conv2d(backend, 8), new Conv2d(backend, 16))
        : Stream.of(new Conv2d(backend, 8));
  }

  int inputs() {
    return shape.features();
  }

  int outputs() {
    return filters * shape.positions();
  }

  int weights() {
    return shape.weights();
  }
}
