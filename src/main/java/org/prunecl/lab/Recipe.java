package org.prunecl.lab;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;

/**
 * A whole experiment, written down: what a recipe file holds and what a run folder records.
 *
 * @param name short name, also of the file
 * @param description one line that says what the recipe is for
 * @param repeats the published experiment it repeats, or null
 * @param published what was published for it, by name, or null
 * @param data a known dataset's name, or a folder of IDX files
 * @param normalize {@code unit} for [0, 1], {@code half} for mean 0.5 and standard deviation 0.5
 * @param conv convolutional layers before the hidden ones, possibly none
 * @param hidden widths of the hidden layers
 * @param bias whether the layers have biases
 * @param initializer {@code keras} (Glorot-uniform, zero bias) or {@code pytorch} (U(±1/√fan_in))
 * @param optimizer Adam and its parameters
 * @param batchSize training images per step
 * @param epochs passes over the training images
 * @param validationSplit share of the training images, the last ones, that are held out to be
 *     evaluated after each epoch, at least 0 and less than 1
 * @param seed seed of initial weights and batch order
 * @param seeds how many networks are trained, with seeds {@code seed}, {@code seed} + 1, ...
 * @param prune what is pruned, and when
 */
public record Recipe(
    String name,
    String description,
    String repeats,
    Map<String, Object> published,
    String data,
    String normalize,
    List<Conv> conv,
    List<Integer> hidden,
    boolean bias,
    String initializer,
    Optimizer optimizer,
    int batchSize,
    int epochs,
    double validationSplit,
    long seed,
    int seeds,
    Prune prune) {

  /** No convolutional layers unless there are some. */
  public Recipe {
    conv = conv == null ? List.of() : List.copyOf(conv);
  }

  /**
   * A convolutional layer, of stride 1 and without padding.
   *
   * @param filters number of filters
   * @param kernel rows and columns of their kernels, or one number for both
   * @param pool side of the squares of max pooling behind it; 1, as when it is left out, for none
   */
  public record Conv(
      int filters,
      @JsonFormat(
              with = {
                JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
              })
          List<Integer> kernel,
      Integer pool) {
    /** Fills in what is left out. */
    public Conv {
      pool = pool == null ? 1 : pool;
    }

    int kernelHeight() {
      return kernel.get(0);
    }

    int kernelWidth() {
      return kernel.get(kernel.size() - 1);
    }
  }

  /** The recipe of one of its networks: the same with this seed alone. */
  Recipe withSeed(long one) {
    return with(conv, hidden, one, 1, prune);
  }

  /** Filters of each convolutional layer, then units of each hidden one. */
  public List<Integer> units() {
    return Stream.concat(conv.stream().map(Conv::filters), hidden.stream()).toList();
  }

  /** The same with other filters and units, as many as {@link #units} has. */
  Recipe withUnits(List<Integer> units) {
    List<Conv> filters = new ArrayList<>();
    for (int i = 0; i < conv.size(); i++) {
      filters.add(new Conv(units.get(i), conv.get(i).kernel, conv.get(i).pool));
    }
    return with(filters, units.subList(conv.size(), units.size()), seed, seeds, prune);
  }

  /** The same, pruned otherwise. */
  Recipe with(Prune other) {
    return with(conv, hidden, seed, seeds, other);
  }

  private Recipe with(
      List<Conv> filters, List<Integer> widths, long firstSeed, int count, Prune pruned) {
    return new Recipe(
        name,
        description,
        repeats,
        published,
        data,
        normalize,
        filters,
        widths,
        bias,
        initializer,
        optimizer,
        batchSize,
        epochs,
        validationSplit,
        firstSeed,
        count,
        pruned);
  }

  /**
   * Adam's parameters.
   *
   * @param form {@code keras} or {@code pytorch}: where epsilon stands
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon keeps the division finite
   * @param weightDecay coupled L2 penalty, 0 for none
   */
  public record Optimizer(
      String form,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {}

  /**
   * What is pruned, when, and what becomes of the network afterwards.
   *
   * @param methods as {@link Method#parse} reads them, and {@value SmallDense#METHOD}
   * @param sparsities shares to prune, 0 to 1
   * @param selection {@code count} (exactly int(n·s) smallest), {@code percentile} (strictly below
   *     numpy's linear percentile) or {@code round} (all but max(round(n·(1−s)), 1))
   * @param includeOutput whether the output layer is pruned too
   * @param scope {@code layer} (each alone) or {@code global} (all compete)
   * @param exclude names of layers that are left alone
   * @param fractions shares of layers by name, in place of the sparsity
   * @param moments what becomes of Adam's moments when masks change: {@code keep}, {@code mask} or
   *     {@code zero}
   * @param revive whether pruned weights may come back
   * @param schedule when is pruned
   * @param fineTune training after, or while, pruning
   */
  public record Prune(
      List<String> methods,
      List<Double> sparsities,
      String selection,
      boolean includeOutput,
      String scope,
      List<String> exclude,
      Map<String, Double> fractions,
      String moments,
      boolean revive,
      Schedule schedule,
      FineTune fineTune) {

    /**
     * One of the prunings.
     *
     * @param method one of the methods
     * @param sparsity one of the sparsities
     * @param seed the recipe's
     * @throws org.prunecl.prune.PruneException when they don't go together
     */
    public Pruning pruning(String method, double sparsity, long seed) {
      return new Pruning(
          Method.parse(method),
          competition(),
          sparsity,
          Selection.valueOf(selection.toUpperCase(Locale.ROOT)),
          includeOutput,
          Set.copyOf(exclude),
          fractions,
          seed);
    }

    /** All of them, method by method. */
    List<Pruning> prunings(long seed) {
      return pruningMethods().stream()
          .flatMap(
              method ->
                  sparsities(method).stream().map(sparsity -> pruning(method, sparsity, seed)))
          .toList();
    }

    /** The methods that prune: all but the control. */
    List<String> pruningMethods() {
      return methods.stream().filter(method -> !method.equals(SmallDense.METHOD)).toList();
    }

    /** Whether small dense networks are trained to compare with. */
    boolean controlled() {
      return methods.contains(SmallDense.METHOD);
    }

    /** The sparsities that a method can prune, in their order; of the control, all. */
    public List<Double> sparsities(String method) {
      if (method.equals(SmallDense.METHOD)) {
        return sparsities;
      }
      return sparsities.stream().filter(Method.parse(method)::prunes).toList();
    }

    Scope competition() {
      return fractions.isEmpty() ? Scope.valueOf(scope.toUpperCase(Locale.ROOT)) : Scope.FRACTIONS;
    }
  }

  /**
   * When is pruned; see {@link org.prunecl.prune.Schedule}.
   *
   * @param kind {@code one_shot}, {@code at_init}, {@code constant}, {@code polynomial} or {@code
   *     iterative}
   * @param initial sparsity of the first update ({@code polynomial})
   * @param power exponent of the decay ({@code polynomial})
   * @param begin training step of the first update
   * @param end training step of the last update, null for the last step
   * @param frequency steps from one update to the next
   * @param rounds of pruning and training ({@code iterative})
   * @param rewind what each round trains on from: {@code none}, {@code initial}, {@code epoch} or
   *     {@code reinitialize}
   * @param rewindEpoch the epoch at whose end the weights are kept for {@code rewind: epoch}
   */
  public record Schedule(
      String kind,
      double initial,
      double power,
      long begin,
      Long end,
      int frequency,
      int rounds,
      String rewind,
      int rewindEpoch) {

    /** The schedule; its end may be open. */
    public org.prunecl.prune.Schedule schedule() {
      return new org.prunecl.prune.Schedule(
          org.prunecl.prune.Schedule.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
          initial,
          power,
          begin,
          end,
          frequency,
          rounds,
          org.prunecl.prune.Schedule.Rewind.valueOf(rewind.toUpperCase(Locale.ROOT)),
          rewindEpoch);
    }
  }

  /**
   * Training that follows the recipe's own, under masks.
   *
   * @param epochs passes over the training images, 0 for none
   * @param batchSize training images per step, null for the recipe's
   * @param learningRate Adam's step size, null for the recipe's
   */
  public record FineTune(int epochs, Integer batchSize, Double learningRate) {}
}
