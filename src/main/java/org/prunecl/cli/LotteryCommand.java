package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.Lottery;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.LotterySettings;
import org.prunecl.lab.LotteryTrial;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import org.prunecl.lab.RunInfo;
import org.prunecl.lab.RunJournal;
import org.prunecl.lab.Study;
import org.prunecl.lab.TrainingRun;
import org.prunecl.lab.Workloads;
import org.prunecl.nn.LayerParameters;
import org.prunecl.report.EpochLine;
import org.prunecl.report.LotteryReport;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Winning tickets against the same masks with new random weights. */
@Command(
    name = "lottery",
    description =
        "Trains a network, prunes a share of what is left, rewinds the rest to its early weights"
            + " and trains it again, round by round; beside each of these winning tickets, the same"
            + " masks with new random weights.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class LotteryCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private TrainingOptions training;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "What is pruned, as [CRITERION-]GRANULARITY: " + PruneOptions.METHODS)
  private String method;

  @Option(
      names = "--rate",
      paramLabel = "FRACTION",
      description =
          "Share of what is left that each round prunes, of the output layer half as much.")
  private Double rate;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often is pruned and trained again.")
  private Integer rounds;

  @Option(
      names = "--rewind",
      paramLabel = "initial|epoch",
      description = "Start tickets from the initial weights, or those after an early epoch.")
  private String rewind;

  @Option(
      names = "--rewind-epoch",
      paramLabel = "N",
      description = "The epoch at whose end weights are kept for --rewind epoch.")
  private Integer rewindEpoch;

  @Mixin private DeviceOptions devices;
  @Mixin private TunedOption tuned;
  @Mixin private OutOptions outs;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Go on with the interrupted run in this folder, which says all that is to do.")
  private Path resume;

  @Spec private CommandSpec spec;

  /**
   * What is run.
   *
   * @param layers the network that the first seed begins with
   */
  private record Start(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {}

  @Override
  public Integer call() {
    if (resume == null) {
      return run(null);
    }
    outs.checkResumes(resume);
    Resumption<LotteryResults> resumption =
        Resumption.open(resume, spec.name(), RunFiles.LOTTERY, ResultsJson::readLottery);
    if (resumption.results() == null) {
      return run(resumption);
    }
    start(resumption);
    new RunFiles(resumption.folder()).abandon();
    report(resumption.folder(), resumption.results());
    return 0;
  }

  private Start start(Resumption<LotteryResults> resumption) {
    String otherwise =
        resumption == null ? LotterySettings.RECIPE : resumption.recipeFile().toString();
    Recipe asked = Recipes.resolve(training.recipe(otherwise), training.options());
    Dataset dataset = DataOptions.open(asked.data(), common).holdOut(asked.validationSplit());
    List<LayerParameters> layers =
        TrainingRun.initialize(asked, dataset.train(), dataset.classes());
    Recipe recipe =
        new LotterySettings(method, rate, rounds, rewind, rewindEpoch).over(asked, layers);
    if (resumption != null) {
      resumption.checkAgrees(recipe);
    }
    return new Start(recipe, dataset, layers);
  }

  /**
   * Runs it.
   *
   * @param resumption what is taken up again, or null
   */
  private int run(Resumption<LotteryResults> resumption) {
    Ahead<Start> ahead = Ahead.of(() -> start(resumption));
    try (DeviceSession session =
        devices.open(
            resumption == null ? null : resumption.info(),
            backend -> {
              ahead.check();
              Workloads.prepareTraining(backend);
            },
            () -> Lottery.workload(ahead.get().recipe, ahead.get().dataset, ahead.get().layers),
            common,
            tuned.given())) {
      Start start = ahead.get();
      Recipe recipe = start.recipe;
      RunFolder folder = resumption == null ? outs.create(recipe.name()) : resumption.folder();
      RunFiles files = new RunFiles(folder);
      RunJournal journal = new RunJournal(folder);
      RunInfo info =
          Resumption.info(
              resumption,
              files.info(
                  spec.root().commandLine().getParseResult().originalArgs(),
                  recipe.seed(),
                  session,
                  start.dataset.digests()));
      try {
        if (resumption == null) {
          files.begin(info, recipe, null);
        }
        Lottery.Outcome outcome = lottery(start, session, journal);
        files.origin(info, recipe, start.dataset);
        Study.Start trained = Study.Start.initialized(start.layers);
        RunFiles.OfSeed first = files.ofSeed(recipe.seed(), recipe.seed());
        first.history(outcome.history());
        first.model(trained.model(recipe, recipe.seed(), outcome.unpruned()));
        files.lottery(outcome.results(), trained.model(recipe, recipe.seed(), outcome.ticket()));
        files.abandon();
        report(folder, outcome.results());
        return 0;
      } catch (RuntimeException | Error e) {
        files.leave(spec.name(), resumption != null || journal.used(), e, common);
        throw e;
      }
    }
  }

  private Lottery.Outcome lottery(Start start, DeviceSession session, RunJournal journal) {
    try (Progress progress = common.progress()) {
      Lottery.Listener narration =
          new Lottery.Listener() {
            @Override
            public void training(long seed, int round, String network, double weightsLeft) {
              common.say(
                  round == 0
                      ? "Training: seed %d, unpruned".formatted(seed)
                      : String.format(
                          Locale.ROOT,
                          "Training: seed %d, round %d, %.1f %% of the weights, %s",
                          seed,
                          round,
                          100 * weightsLeft,
                          network.equals(LotteryTrial.TICKET) ? "rewound" : "new at random"));
            }

            @Override
            public void epoch(EpochRecord epoch, int epochs) {
              common.say(EpochLine.text(epoch, epochs));
            }
          };
      return new Lottery(start.recipe, start.dataset, session, journal, progress, narration)
          .run(start.layers);
    }
  }

  private void report(RunFolder folder, LotteryResults results) {
    common.print(common.json() ? ResultsJson.text(results) : LotteryReport.text(results));
    common.say("Run folder: " + folder.path());
  }
}
