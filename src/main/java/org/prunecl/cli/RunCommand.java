package org.prunecl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.Experiment;
import org.prunecl.lab.Models;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Results;
import org.prunecl.lab.Sweep;
import org.prunecl.lab.TrainingRun;
import org.prunecl.lab.Trial;
import org.prunecl.lab.Workload;
import org.prunecl.nn.LayerParameters;
import org.prunecl.ops.Backend;
import org.prunecl.report.EpochLine;
import org.prunecl.report.ResultsJson;
import org.prunecl.report.SweepReport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code train} and {@code sweep} share: a recipe becomes a run folder and a report. */
abstract class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private RecipeOptions recipes;
  @Mixin private DeviceOptions devices;
  @Mixin private TunedOption tuned;
  @Mixin private OutOptions outs;
  @Spec private CommandSpec spec;

  /**
   * The network that a run starts from.
   *
   * @param recipe the recipe, made to fit a network that was given
   * @param dataset the recipe's dataset
   * @param layers the network's parameters
   * @param trained whether they are trained already
   * @param notes what the run's model file remembers beside the network
   */
  record Start(
      Recipe recipe,
      Dataset dataset,
      List<LayerParameters> layers,
      boolean trained,
      Map<String, String> notes) {}

  /** Where a run starts: an initialised network, unless a command takes a model. */
  Start start() {
    Recipe recipe = recipes.resolve();
    Dataset dataset = DataOptions.open(recipe.data(), common);
    return new Start(
        recipe,
        dataset,
        TrainingRun.initialize(recipe, dataset.train(), dataset.classes()),
        false,
        Map.of("recipe", recipe.name(), "seed", Long.toString(recipe.seed())));
  }

  /** Whether the network is trained first. */
  boolean trains() {
    return true;
  }

  /** Whether the trained network is pruned. */
  abstract boolean sweeps();

  final CommonOptions common() {
    return common;
  }

  final RecipeOptions recipes() {
    return recipes;
  }

  @Override
  public Integer call() {
    // The dataset takes as long to read as the kernels to build, on a core of its own each.
    Ahead<Start> ahead = Ahead.of(this::start);
    try (DeviceSession session =
            devices.open(
                backend -> prepare(ahead, backend),
                () -> workload(ahead.get()),
                common,
                tuned.given());
        Experiment experiment = experiment(ahead.get(), session)) {
      Start start = ahead.get();
      RunFolder folder = outs.create(start.recipe.name());
      try {
        RunFiles files = new RunFiles(folder);
        Results results = run(start, session, experiment, files);
        files.results(results);
        common.print(
            common.json() ? ResultsJson.text(results) : SweepReport.text(results, common.colour()));
        common.say("Run folder: " + folder.path());
        return 0;
      } catch (RuntimeException | Error e) {
        folder.removeIfEmpty();
        throw e;
      }
    }
  }

  private Workload workload(Start start) {
    Workload evaluate = Experiment.evaluation(start.dataset, start.layers, "dense");
    Workload train = Experiment.training(start.recipe, start.dataset, start.layers);
    Workload sweep = evaluate.and(Experiment.sweep(start.dataset, start.layers));
    if (start.trained) {
      return sweep;
    }
    return sweeps() ? train.and(sweep) : train;
  }

  private void prepare(Ahead<Start> start, Backend backend) {
    // Else a mistake in the options would wait for the kernels.
    start.check();
    if (trains()) {
      Experiment.prepareTraining(backend);
    }
  }

  private static Experiment experiment(Start start, DeviceSession session) {
    return new Experiment(start.recipe, start.dataset, start.layers, session);
  }

  private Results run(Start start, DeviceSession session, Experiment experiment, RunFiles files) {
    Recipe recipe = start.recipe;
    try (Progress progress = common.progress()) {
      List<EpochRecord> history = new ArrayList<>();
      TrainingRun.Outcome training = null;
      if (!start.trained) {
        training =
            experiment.train(
                progress,
                epoch -> {
                  history.add(epoch);
                  common.say(EpochLine.text(epoch, recipe.epochs()));
                });
      }
      // Only now: a training that diverges replaces no file of an earlier run.
      files.origin(
          spec.root().commandLine().getParseResult().originalArgs(),
          recipe,
          session,
          start.dataset);
      files.history(history);
      files.model(Models.model(experiment.parameters(), recipe.normalize(), start.notes));
      Baseline baseline = experiment.baseline(training);
      List<Trial> trials = sweeps() ? experiment.sweep(progress) : List.of();
      return new Results(
          Results.SCHEMA,
          session.info(),
          recipe,
          recipe.seed(),
          baseline,
          trials,
          sweeps() ? Sweep.crossovers(recipe.prune().methods(), trials) : List.of());
    }
  }
}
