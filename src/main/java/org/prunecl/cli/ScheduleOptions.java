package org.prunecl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** When is pruned, and what is trained afterwards. Defaults stand in the recipe. */
final class ScheduleOptions {
  /** Writes values as a recipe file has them: Jackson reads no number from an object in a tree. */
  private static final ObjectMapper VALUES = new ObjectMapper();

  @Option(
      names = "--schedule",
      paramLabel = "KIND",
      description =
          "one_shot (after training), at_init (before it), constant, polynomial or iterative.")
  private String kind;

  @Option(
      names = "--initial-sparsity",
      paramLabel = "FRACTION",
      description = "Sparsity of a polynomial schedule's first update.")
  private Double initial;

  @Option(names = "--power", paramLabel = "P", description = "Exponent of a polynomial schedule.")
  private Double power;

  @Option(
      names = "--begin-step",
      paramLabel = "STEP",
      description = "Training step of the first update.")
  private Long begin;

  @Option(
      names = "--end-step",
      paramLabel = "STEP",
      description = "Training step of the last update.")
  private Long end;

  @Option(
      names = "--frequency",
      paramLabel = "STEPS",
      description = "Training steps from one update to the next.")
  private Integer frequency;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of an iterative schedule.")
  private Integer rounds;

  @Option(
      names = "--rewind",
      paramLabel = "none|initial|epoch|reinitialize",
      description = "What each round of an iterative schedule trains on from.")
  private String rewind;

  @Option(
      names = "--rewind-epoch",
      paramLabel = "N",
      description = "The epoch at whose end weights are kept for --rewind epoch.")
  private Integer rewindEpoch;

  @Option(
      names = "--moments",
      paramLabel = "keep|mask|zero",
      description = "What becomes of Adam's moments when masks change.")
  private String moments;

  @Option(names = "--revive", negatable = true, description = "Let pruned weights come back.")
  private Boolean revive;

  @Option(
      names = "--fine-tune-epochs",
      paramLabel = "N",
      description = "Passes over the training images under masks.")
  private Integer tuneEpochs;

  @Option(
      names = "--fine-tune-batch-size",
      paramLabel = "N",
      description = "Training images per step of fine-tuning.")
  private Integer tuneBatchSize;

  @Option(
      names = "--fine-tune-learning-rate",
      paramLabel = "RATE",
      description = "Adam's step size in fine-tuning.")
  private Double tuneLearningRate;

  /** Lays the options that were given over a recipe's {@code prune}. */
  void lay(ObjectNode prune) {
    put(prune, "moments", moments);
    put(prune, "revive", revive);
    Map<String, Object> schedule = new LinkedHashMap<>();
    schedule.put("kind", kind);
    schedule.put("initial", initial);
    schedule.put("power", power);
    schedule.put("begin", begin);
    schedule.put("end", end);
    schedule.put("frequency", frequency);
    schedule.put("rounds", rounds);
    schedule.put("rewind", rewind);
    schedule.put("rewind_epoch", rewindEpoch);
    ObjectNode below = prune.putObject("schedule");
    schedule.forEach((name, value) -> put(below, name, value));
    ObjectNode tune = prune.putObject("fine_tune");
    put(tune, "epochs", tuneEpochs);
    put(tune, "batch_size", tuneBatchSize);
    put(tune, "learning_rate", tuneLearningRate);
  }

  private static void put(ObjectNode node, String name, Object value) {
    if (value != null) {
      node.set(name, VALUES.valueToTree(value));
    }
  }
}
