package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.opencl.Devices;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Who holds device memory, how much, and that it is given back, also when construction fails. */
@OpenClTest
final class OwnershipTest {
  private static final Adam.Settings ADAM =
      new Adam.Settings(Adam.Form.KERAS, 0.001, 0.9, 0.999, 1e-7, 0);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void training_takes_as_much_memory_as_it_says(boolean bias) {
    for (int batch : new int[] {1, 7, 128}) {
      List<LayerParameters> layers =
          Network.initialize(49, List.of(33, 17), 10, bias, Initializer.KERAS, 1);
      try (Network network = Network.of(backend(), layers);
          Training training = new Training(network, ADAM, batch)) {
        assertThat(training.steps()).isZero();
        assertThat(LiveObjects.bufferBytes())
            .as("batch %d", batch)
            .isEqualTo(Training.bytes(layers, batch));
      }
    }
    assertThat(LiveObjects.bufferBytes()).isZero();
  }

  @Test
  void so_does_training_of_convolutions_and_what_runs_them_sparse() {
    Architecture architecture =
        new Architecture(
            new Architecture.Image(2, 9, 8),
            List.of(new Architecture.Filters(5, 3, 2, 2), new Architecture.Filters(3, 2, 2, 1)),
            List.of(7),
            4,
            true);
    List<LayerParameters> layers = Network.initialize(architecture, Initializer.KERAS, 1);
    for (int batch : new int[] {1, 7, 128}) {
      try (Network network = Network.of(backend(), layers)) {
        try (Training training = new Training(network, ADAM, batch)) {
          assertThat(training.steps()).isZero();
          assertThat(LiveObjects.bufferBytes())
              .as("training at batch %d", batch)
              .isEqualTo(Training.bytes(layers, batch));
        }
        try (ExecutionPlan plan = ExecutionPlan.csr(network)) {
          long before = LiveObjects.bufferBytes();
          try (Inference inference = new Inference(plan, batch)) {
            long taken = LiveObjects.bufferBytes() - before;
            assertThat(inference.run(new float[batch * 144])).hasSize(batch * 4);
            // A single sample lies alike either way: it needs no room to be turned round in.
            long claimed = Inference.bytes(layers, batch);
            assertThat(taken)
                .as("inference at batch %d", batch)
                .isEqualTo(batch == 1 ? claimed - Matrix.bytes(144, 1) : claimed);
          }
        }
      }
    }
    backend().releaseScratch();
    assertThat(LiveObjects.bufferBytes()).isZero();
  }

  @Test
  void samples_take_as_much_memory_as_they_say() {
    Batch data = Batch.draw(new Draw("samples"), 13, 49, 10);
    try (Samples samples = data.upload(backend())) {
      assertThat(LiveObjects.bufferBytes())
          .isEqualTo(Samples.bytes(samples.count(), samples.features()));
    }
  }

  @Test
  void a_network_whose_later_layer_does_not_fit_keeps_nothing() {
    List<LayerParameters> layers =
        Network.initialize(16, List.of(16, 64), 10, true, Initializer.KERAS, 1);
    failsWithout(1024, backend -> Network.of(backend, layers));
  }

  @Test
  void a_network_whose_layers_do_not_chain_keeps_nothing() {
    List<LayerParameters> layers =
        new ArrayList<>(Network.initialize(8, List.of(5), 3, true, Initializer.KERAS, 1));
    layers.add(layers.get(1));
    assertThatThrownBy(() -> Network.of(backend(), layers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fc2");
    assertThatThrownBy(() -> Network.of(backend(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(LiveObjects.bufferBytes()).isZero();
  }

  @Test
  void a_training_whose_activations_do_not_fit_keeps_nothing() {
    failsWithNetwork(network -> new Training(network, ADAM, 128));
  }

  @Test
  void an_inference_whose_activations_do_not_fit_keeps_nothing() {
    failsWithNetwork(
        network -> {
          try (ExecutionPlan plan = ExecutionPlan.dense(network)) {
            return new Inference(plan, 128);
          }
        });
  }

  @Test
  void an_evaluation_whose_activations_do_not_fit_keeps_nothing() {
    Batch data = Batch.draw(new Draw("evaluation"), 128, 16, 10);
    failsWithNetwork(
        network -> {
          try (ExecutionPlan plan = ExecutionPlan.dense(network);
              Samples samples = data.upload(network.backend())) {
            Evaluator.evaluate(plan, samples);
            return plan;
          }
        });
  }

  @Test
  void a_plan_whose_second_csr_does_not_fit_keeps_nothing() {
    // The row starts of 256 × 1 in CSR take 4 bytes more than the dense matrix.
    List<LayerParameters> layers =
        Network.initialize(1, List.of(1, 256), 1, false, Initializer.KERAS, 1);
    try (Backend backend = limited(1024);
        Network network = Network.of(backend, layers)) {
      long before = LiveObjects.bufferBytes();
      assertThatThrownBy(() -> ExecutionPlan.csr(network))
          .isInstanceOf(OpenClException.class)
          .hasMessageContaining("1,028");
      assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
    }
  }

  @Test
  void a_plan_needs_one_form_for_each_layer() {
    List<LayerParameters> layers =
        Network.initialize(4, List.of(3), 2, false, Initializer.KERAS, 1);
    try (Network network = Network.of(backend(), layers)) {
      assertThatThrownBy(() -> ExecutionPlan.of(network, List.of(Form.DENSE), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 forms for 2 layers");
    }
  }

  /** Something that takes device memory. */
  private interface Owner<T> {
    AutoCloseable of(T source);
  }

  private static void failsWithNetwork(Owner<Network> owner) {
    // Room for the parameters and for a batch of 128 inputs, not for one of 128 activations.
    long maxAllocation = 16 * 128 * Float.BYTES;
    List<LayerParameters> layers =
        Network.initialize(16, List.of(64), 10, true, Initializer.KERAS, 1);
    try (Backend backend = limited(maxAllocation);
        Network network = Network.of(backend, layers)) {
      long before = LiveObjects.bufferBytes();
      assertThatThrownBy(() -> owner.of(network)).isInstanceOf(OpenClException.class);
      assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
    }
  }

  private static void failsWithout(long maxAllocation, Owner<Backend> owner) {
    try (Backend backend = limited(maxAllocation)) {
      assertThatThrownBy(() -> owner.of(backend)).isInstanceOf(OpenClException.class);
      assertThat(LiveObjects.bufferBytes()).isZero();
    }
  }

  private static Backend backend() {
    return TestDevice.backend(Family.of(TestDevice.get().type()));
  }

  /** The device under test, as if it allowed no larger buffers. */
  private static Backend limited(long maxAllocation) {
    return Backend.open(Devices.withMaxAllocation(TestDevice.get(), maxAllocation));
  }
}
