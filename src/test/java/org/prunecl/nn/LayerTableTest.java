package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LayerTableTest {
  @Test
  void a_convolutional_network_has_the_rows_that_keras_shows() {
    List<LayerParameters> layers =
        Network.initialize(
            new Architecture(
                new Architecture.Image(1, 28, 28),
                List.of(new Architecture.Filters(12, 3, 3, 2)),
                List.of(),
                10,
                true),
            Initializer.KERAS,
            1);
    layers.get(0).weights()[5] = 0;
    layers.get(1).weights()[0] = 0;
    layers.get(1).weights()[9] = 0;
    // Biases start as zeros. Keras: 120 and 20,290 parameters.
    assertThat(LayerTable.of(layers))
        .containsExactly(
            new LayerTable.Row("Reshape", "reshape_conv1", List.of(1, 28, 28), 0, 0),
            new LayerTable.Row("Conv2d", "conv1", List.of(12, 26, 26), 120, 107),
            new LayerTable.Row("MaxPool2d", "pool_conv1", List.of(12, 13, 13), 0, 0),
            new LayerTable.Row("Flatten", "flatten_fc1", List.of(2028), 0, 0),
            new LayerTable.Row("Dense", "fc1", List.of(10), 20_290, 20_278));
  }

  @Test
  void convolutions_in_a_row_are_reshaped_and_flattened_once() {
    List<LayerParameters> layers =
        Network.initialize(
            new Architecture(
                new Architecture.Image(3, 6, 7),
                List.of(new Architecture.Filters(2, 2, 3, 1), new Architecture.Filters(4, 1, 1, 5)),
                List.of(8),
                5,
                false),
            Initializer.PYTORCH,
            1);
    assertThat(LayerTable.of(layers))
        .extracting(LayerTable.Row::type)
        .containsExactly("Reshape", "Conv2d", "Conv2d", "MaxPool2d", "Flatten", "Dense", "Dense");
    assertThat(LayerTable.of(layers))
        .extracting(LayerTable.Row::outputShape)
        .containsExactly(
            List.of(3, 6, 7),
            List.of(2, 5, 5),
            List.of(4, 5, 5),
            List.of(4, 1, 1),
            List.of(4),
            List.of(8),
            List.of(5));
  }

  @Test
  void fully_connected_layers_alone_need_no_other_rows() {
    List<LayerParameters> layers =
        Network.initialize(6, List.of(4), 3, true, Initializer.PYTORCH, 1);
    assertThat(LayerTable.of(layers))
        .containsExactly(
            new LayerTable.Row("Dense", "fc1", List.of(4), 28, 28),
            new LayerTable.Row("Dense", "fc2", List.of(3), 15, 15));
  }
}
