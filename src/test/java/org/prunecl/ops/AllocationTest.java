package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.prunecl.PruneClException.Kind;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.Devices;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.opencl.OpenClException;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** What happens where a device has too little memory: a clear error, and nothing stays behind. */
@OpenClTest
final class AllocationTest {
  private static final int LIMIT = 4096;

  @BothFamilies
  void whatever_does_not_fit_is_refused_and_leaves_nothing(Family family) {
    Device small = Devices.withMaxAllocation(TestDevice.get(), LIMIT);
    try (Backend backend = Backend.open(small, family);
        Matrix tall = backend.matrix(1024, 1)) {
      CsrMatrix.prepare(backend);
      new Magnitude(backend).prepare();
      refused(() -> backend.matrix(5, 256));
      refused(() -> new Labels(backend, LIMIT));
      refused(() -> new Totals(backend, LIMIT));
      refused(() -> new SoftmaxCrossEntropy(backend, LIMIT));
      // The pixels fit, the order of the samples does not.
      refused(() -> new Samples(backend, new byte[2000], new byte[2000], 1, 1f, 0f));
      refused(() -> CsrMatrix.of(backend, tall));
      refused(() -> new Magnitude(backend).smallest(tall, 3));
      refused(() -> backend.reserve(100, LIMIT + 1));
      refused(() -> backend.reserve(small.globalMemory() + 1, 100));
      String before = LiveObjects.describe();
      backend.reserve(10 * LIMIT + 1, LIMIT);
      assertThat(LiveObjects.describe()).isEqualTo(before);
    }
  }

  private static void refused(ThrowingCallable allocation) {
    String before = LiveObjects.describe();
    assertThatThrownBy(allocation)
        .isInstanceOfSatisfying(
            OpenClException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SETUP));
    assertThat(LiveObjects.describe()).isEqualTo(before);
  }
}
