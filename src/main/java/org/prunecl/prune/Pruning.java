package org.prunecl.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Gradients;
import org.prunecl.nn.Layer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;
import org.prunecl.ops.Scores;

/**
 * How a network is pruned at one moment.
 *
 * @param method what is pruned together, and by which score
 * @param scope what competes
 * @param sparsity the share to prune, 0 to 1, of what is pruned together: weights, units, blocks
 * @param selection how many that is
 * @param includeOutput whether the output layer is pruned too
 * @param exclude names of layers that are left alone
 * @param fractions shares of layers by name, 0 to 1, in place of {@code sparsity}; some for scope
 *     {@code FRACTIONS}, none for the others
 * @param seed of what is drawn at random
 */
public record Pruning(
    Method method,
    Scope scope,
    double sparsity,
    Selection selection,
    boolean includeOutput,
    Set<String> exclude,
    Map<String, Double> fractions,
    long seed) {

  /**
   * Checks the ranges, and that all goes together.
   *
   * @throws PruneException when it doesn't
   */
  public Pruning {
    exclude = Set.copyOf(exclude);
    fractions = Map.copyOf(fractions);
    Stream.concat(Stream.of(sparsity), fractions.values().stream())
        .forEach(
            share -> {
              if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("A sparsity of " + share);
              }
            });
    if (fractions.isEmpty() == (scope == Scope.FRACTIONS)) {
      throw new IllegalArgumentException(fractions.size() + " fractions for scope " + scope);
    }
    Combinations.check(method, scope, Schedule.Kind.ONE_SHOT);
    if (!method.prunes(sparsity)) {
      double share = method.granularity().fixedShare().orElseThrow();
      throw new PruneException(
          "Method " + method.label() + " prunes a share of " + share + ", not of " + sparsity + ".",
          "Give sparsity " + share + ", or another method.");
    }
  }

  /** In each layer alone, the same share of every one that is prunable. */
  public Pruning(Method method, double sparsity, Selection selection, boolean includeOutput) {
    this(method, Scope.LAYER, sparsity, selection, includeOutput, Set.of(), Map.of(), 0);
  }

  /** The share of a layer that is pruned, if it is. */
  public double share(String layer) {
    return fractions.getOrDefault(layer, sparsity);
  }

  /** Builds the kernels that pruning needs, so that no later call has to. */
  public static void prepare(Backend backend) {
    new Magnitude(backend).prepare();
    new Scores(backend).prepare();
    new Reduce(backend).prepare();
  }

  /** Builds the kernels that a calibration batch of that size needs beside those. */
  public static void prepareGradients(
      Backend backend, List<LayerParameters> layers, int calibration) {
    Gradients.prepare(backend);
    ExecutionPlan.prepare(backend, layers, calibration);
  }

  /**
   * Device memory that {@link #masks} takes at most beside the network and the calibration's
   * samples, bytes; {@link #prune} takes that, or the masks and a copy of the network.
   */
  public long bytes(List<LayerParameters> layers, int calibration) {
    long scores = 0;
    long masks = 0;
    int rows = 1;
    for (LayerParameters layer : layers) {
      // With previous masks, scores and scores in another order.
      scores += 2 * Matrix.bytes(layer.outputs(), layer.inputs());
      masks += Mask.bytes(layer.outputs(), layer.inputs()) + Mask.bytes(layer.outputs(), 1);
      rows = Math.max(rows, layer.outputs());
    }
    long gradients =
        needsGradients() ? Gradients.bytes(layers, calibration) - Network.bytes(layers) : 0;
    return scores + masks + gradients + Magnitude.bytes(rows);
  }

  /** Whether masks take a calibration batch. */
  public boolean needsGradients() {
    return method.criterion().needsGradients();
  }

  /** What is pruned by an update at a step of a schedule whose target this is. */
  public Pruning at(Schedule schedule, long step) {
    return withShares(share -> schedule.sparsityAt(step, share));
  }

  /** What is pruned after a round of an iterative schedule whose target this is. */
  public Pruning after(Schedule schedule, int round) {
    return withShares(share -> schedule.sparsityAfter(round, share));
  }

  private Pruning withShares(DoubleUnaryOperator shares) {
    Map<String, Double> mapped = new TreeMap<>();
    fractions.forEach((name, share) -> mapped.put(name, shares.applyAsDouble(share)));
    return new Pruning(
        method,
        scope,
        shares.applyAsDouble(sparsity),
        selection,
        includeOutput,
        exclude,
        mapped,
        seed);
  }

  /**
   * Checks that the layers named are there, that those with a fraction are pruned, and that those
   * excluded aren't all that would be.
   *
   * @param names of all the network's layers, in their order
   * @throws PruneException when it isn't so
   */
  public void check(List<String> names) {
    for (String name : Stream.concat(exclude.stream(), fractions.keySet().stream()).toList()) {
      if (!names.contains(name)) {
        throw new PruneException(
            "The network has no layer '" + name + "'.",
            "Name one of " + String.join(", ", names) + ".");
      }
    }
    for (String name : fractions.keySet()) {
      if (!prunable(names).contains(names.indexOf(name))) {
        throw new PruneException(
            "Layer " + name + " has a fraction but is not pruned.",
            "Take it from the fractions, or let it be pruned: the output layer only is when it is"
                + " included.");
      }
    }
    if (!exclude.isEmpty() && prunable(names).isEmpty()) {
      throw new PruneException(
          "All layers that would be pruned are excluded.",
          "Leave one in, or let the output layer be pruned: it only is when it is included.");
    }
  }

  /** The masks of a network of which nothing is pruned yet, by a criterion without gradients. */
  public List<LayerMasks> masks(Network network) {
    return masks(network, null, null);
  }

  /**
   * Which parameters are kept. The network stays as it is.
   *
   * @param calibration samples for criteria that need gradients, else null
   * @param previous what is pruned already, one per layer: it goes first, and counts; null, as a
   *     whole or for a layer, for nothing
   * @return one per layer, for the caller to close; null for layers that are not pruned
   * @throws PruneException when a layer named is not there
   */
  public List<LayerMasks> masks(
      Network network, Calibration calibration, List<LayerMasks> previous) {
    List<String> names = network.layers().stream().map(Layer::name).toList();
    check(names);
    if (!needsGradients()) {
      return masks(network, names, null, previous);
    }
    try (Gradients gradients = new Gradients(network, calibration.samples(), calibration.count())) {
      return masks(network, names, gradients, previous);
    }
  }

  private List<LayerMasks> masks(
      Network network, List<String> names, Gradients gradients, List<LayerMasks> previous) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Candidate> candidates = new ArrayList<>();
    List<LayerMasks> masks = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      candidates.add(
          new Candidate(
              network.backend(),
              network.layers().get(i),
              gradients == null ? null : gradients.weights(i),
              previous == null ? null : previous.get(i),
              random.split()));
      masks.add(null);
    }
    try {
      for (List<Integer> competing : competing(names)) {
        List<LayerMasks> own =
            method
                .granularity()
                .masks(
                    method.criterion(),
                    competing.stream().map(candidates::get).toList(),
                    share(names.get(competing.get(0))),
                    selection);
        for (int i = 0; i < own.size(); i++) {
          masks.set(competing.get(i), own.get(i));
        }
      }
      return masks;
    } catch (RuntimeException e) {
      LayerMasks.close(masks);
      throw e;
    }
  }

  /** The layers that compete with each other, by their indices. */
  private List<List<Integer>> competing(List<String> names) {
    List<Integer> prunable = prunable(names);
    if (scope == Scope.GLOBAL) {
      return prunable.isEmpty() ? List.of() : List.of(prunable);
    }
    return prunable.stream().map(List::of).toList();
  }

  /** {@link #prune(Network, Calibration)} by a criterion without gradients. */
  public Network prune(Network network) {
    return prune(network, null);
  }

  /**
   * A pruned copy of the network on the same device, zeros in place of what was pruned. The network
   * itself stays as it is. The caller closes the copy.
   *
   * @param calibration samples for criteria that need gradients, else null
   * @throws PruneException when a layer named is not there
   */
  public Network prune(Network network, Calibration calibration) {
    List<LayerMasks> masks = masks(network, calibration, null);
    try {
      Network copy = Network.of(network.backend(), network.read());
      try {
        LayerMasks.apply(masks, copy);
        network.backend().finish();
        return copy;
      } catch (RuntimeException e) {
        copy.close();
        throw e;
      }
    } finally {
      LayerMasks.close(masks);
    }
  }

  /** The share of zeros among the weights of the layers that are pruned, 0 to 1. */
  public double achievedSparsity(List<LayerParameters> layers) {
    long weights = 0;
    long nonzeros = 0;
    for (int i : prunable(layers.stream().map(LayerParameters::name).toList())) {
      weights += layers.get(i).weights().length;
      nonzeros += layers.get(i).nonzeroWeights();
    }
    return weights == 0 ? 0 : 1 - (double) nonzeros / weights;
  }

  /**
   * The layers that are pruned, by their indices.
   *
   * @param names of all the network's layers, in their order
   */
  public List<Integer> prunable(List<String> names) {
    return IntStream.range(0, includeOutput ? names.size() : names.size() - 1)
        .filter(i -> !exclude.contains(names.get(i)))
        .boxed()
        .toList();
  }
}
