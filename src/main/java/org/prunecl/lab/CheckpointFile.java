package org.prunecl.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.io.Elements;
import org.prunecl.io.Safetensors;
import org.prunecl.io.Tensor;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.OptimizerState;

/**
 * A checkpoint as a safetensors file: {@code NAME.weight} and {@code NAME.bias} of each layer and,
 * while training goes on, Adam's moments as {@code NAME.weight.first} and so on, all as flat
 * arrays; steps, history and step times as JSON in the metadata.
 */
final class CheckpointFile {
  private static final String KEY = "prunecl.checkpoint";
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String FIRST = ".first";
  private static final String SECOND = ".second";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantDeserializer()))
          .build();

  /**
   * What the metadata holds.
   *
   * @param steps steps taken so far, null when the training is over
   */
  private record Progressed(Integer steps, List<EpochRecord> history, List<Double> stepSeconds) {}

  private CheckpointFile() {}

  /** What a file of the checkpoint holds. */
  static Safetensors content(Checkpoint checkpoint) {
    List<Tensor> tensors = new ArrayList<>();
    OptimizerState optimizer = checkpoint.optimizer();
    for (int i = 0; i < checkpoint.layers().size(); i++) {
      LayerParameters layer = checkpoint.layers().get(i);
      add(tensors, layer.name() + WEIGHT, layer.weights());
      add(tensors, layer.name() + BIAS, layer.bias());
      if (optimizer != null) {
        add(tensors, layer.name() + WEIGHT, optimizer.layers().get(i).weights());
        add(tensors, layer.name() + BIAS, optimizer.layers().get(i).bias());
      }
    }
    Progressed progressed =
        new Progressed(
            optimizer == null ? null : optimizer.steps(),
            checkpoint.history(),
            checkpoint.stepSeconds());
    try {
      return new Safetensors(tensors, Map.of(KEY, MAPPER.writeValueAsString(progressed)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // records of numbers
    }
  }

  private static void add(List<Tensor> tensors, String name, OptimizerState.Tensor moments) {
    if (moments != null) {
      add(tensors, name + FIRST, moments.first());
      add(tensors, name + SECOND, moments.second());
    }
  }

  private static void add(List<Tensor> tensors, String name, float[] values) {
    if (values != null) {
      tensors.add(new Tensor(name, new int[] {values.length}, values));
    }
  }

  /**
   * Reads a file.
   *
   * @param like layers of the same names and shapes
   * @throws org.prunecl.io.FileException if it is no whole safetensors file
   * @throws LabException if it is not of such a network's training
   */
  static Checkpoint read(Path file, List<LayerParameters> like) {
    Safetensors content = Safetensors.read(file);
    Map<String, float[]> values = new HashMap<>();
    for (Tensor tensor : content.tensors()) {
      if (tensor.elements() instanceof Elements.Floats floats) {
        values.put(tensor.name(), floats.values());
      }
    }
    try {
      Progressed progressed =
          MAPPER.readValue(content.metadata().getOrDefault(KEY, "{}"), Progressed.class);
      List<LayerParameters> layers = new ArrayList<>();
      List<OptimizerState.Layer> moments = new ArrayList<>();
      for (LayerParameters layer : like) {
        String weight = layer.name() + WEIGHT;
        String bias = layer.name() + BIAS;
        layers.add(
            layer.with(
                values(values, weight, layer.weights()), values(values, bias, layer.bias())));
        if (progressed.steps != null) {
          moments.add(
              new OptimizerState.Layer(
                  moments(values, weight, layer.weights()), moments(values, bias, layer.bias())));
        }
      }
      return new Checkpoint(
          layers,
          progressed.steps == null ? null : new OptimizerState(progressed.steps, moments),
          progressed.history,
          progressed.stepSeconds);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw LabException.input(
          file + ": no checkpoint of this network's training", "Begin anew with another --out.", e);
    }
  }

  private static OptimizerState.Tensor moments(
      Map<String, float[]> values, String name, float[] like) {
    return like == null
        ? null
        : new OptimizerState.Tensor(
            values(values, name + FIRST, like), values(values, name + SECOND, like));
  }

  /** The values of that name, as many as there are of the like; null where there are none. */
  private static float[] values(Map<String, float[]> values, String name, float[] like) {
    float[] found = values.get(name);
    if (like == null ? found != null : found == null || found.length != like.length) {
      throw new IllegalArgumentException("values of " + name);
    }
    return found;
  }

  private static final class InstantDeserializer extends FromStringDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantDeserializer() {
      super(Instant.class);
    }

    @Override
    protected Instant _deserialize(String value, DeserializationContext context) {
      return Instant.parse(value);
    }
  }
}
