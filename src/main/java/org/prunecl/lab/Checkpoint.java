package org.prunecl.lab;

import java.util.List;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.OptimizerState;

/**
 * A training at the end of an epoch.
 *
 * @param layers the network's parameters
 * @param optimizer what it takes to go on; null when the training is over
 * @param history one record for each epoch so far
 * @param stepSeconds seconds per step in each block of steps timed so far
 */
public record Checkpoint(
    List<LayerParameters> layers,
    OptimizerState optimizer,
    List<EpochRecord> history,
    List<Double> stepSeconds) {
  /** Makes the lists unmodifiable. */
  public Checkpoint {
    layers = List.copyOf(layers);
    history = List.copyOf(history);
    stepSeconds = List.copyOf(stepSeconds);
  }

  /** Wall time of the epochs so far. */
  double seconds() {
    return history.stream().mapToDouble(EpochRecord::seconds).sum();
  }

  /** What the training left; it is over. */
  TrainingRun.Outcome outcome() {
    return new TrainingRun.Outcome(history, seconds(), StepClock.median(stepSeconds));
  }
}
