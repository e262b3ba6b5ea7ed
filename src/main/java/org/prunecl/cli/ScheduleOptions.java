package org.prunecl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** When is pruned, and what is trained afterwards. Defaults stand in the recipe. */
final class ScheduleOptions {
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
    ObjectNode given = prune.objectNode().put("moments", moments).put("revive", revive);
    ObjectNode schedule =
        prune
            .objectNode()
            .put("kind", kind)
            .put("initial", initial)
            .put("power", power)
            .put("begin", begin)
            .put("end", end)
            .put("frequency", frequency)
            .put("rounds", rounds)
            .put("rewind", rewind)
            .put("rewind_epoch", rewindEpoch);
    ObjectNode tune =
        prune
            .objectNode()
            .put("epochs", tuneEpochs)
            .put("batch_size", tuneBatchSize)
            .put("learning_rate", tuneLearningRate);
    prune.setAll(given.removeIf(JsonNode::isNull));
    prune.set("schedule", schedule.removeIf(JsonNode::isNull));
    prune.set("fine_tune", tune.removeIf(JsonNode::isNull));
  }
}
