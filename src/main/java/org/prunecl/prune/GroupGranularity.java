package org.prunecl.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.prunecl.nn.Layer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Mask;

/** Groups of a layer's weights, each kept or pruned as a whole. The sparsity is one of groups. */
interface GroupGranularity extends Granularity {
  /** The groups of a layer's weights, in the order in which equal ones are pruned. */
  Groups groups(int outputs, int inputs);

  /**
   * The masks of a layer of which some groups are kept.
   *
   * @param keep one per group
   */
  default LayerMasks masks(Backend backend, Layer layer, Groups groups, boolean[] keep) {
    byte[] flags = new byte[layer.outputs() * layer.inputs()];
    for (int g = 0; g < keep.length; g++) {
      for (int place : groups.members().get(g)) {
        flags[place] = (byte) (keep[g] ? 1 : 0);
      }
    }
    return new LayerMasks(Mask.of(backend, layer.weights(), flags), null);
  }

  @Override
  default List<LayerMasks> masks(
      Criterion criterion, List<Candidate> layers, double sparsity, Selection selection) {
    List<Groups> groups = new ArrayList<>();
    List<float[]> scores = new ArrayList<>();
    int count = 0;
    for (Candidate layer : layers) {
      Groups own = groups(layer.layer().outputs(), layer.layer().inputs());
      groups.add(own);
      scores.add(scores(criterion, layer, own));
      count += own.members().size();
    }
    float[] all = new float[count];
    int from = 0;
    for (float[] own : scores) {
      System.arraycopy(own, 0, all, from, own.length);
      from += own.length;
    }
    boolean[] keep = selection.kept(all, sparsity);
    List<LayerMasks> masks = new ArrayList<>();
    try {
      from = 0;
      for (int i = 0; i < layers.size(); i++) {
        int to = from + scores.get(i).length;
        Candidate layer = layers.get(i);
        masks.add(
            masks(
                layer.backend(), layer.layer(), groups.get(i), Arrays.copyOfRange(keep, from, to)));
        from = to;
      }
      return masks;
    } catch (RuntimeException e) {
      masks.forEach(LayerMasks::close);
      throw e;
    }
  }

  private static float[] scores(Criterion criterion, Candidate layer, Groups groups) {
    float[] scores = criterion.scores(layer, groups);
    for (int g = 0; g < scores.length; g++) {
      if (layer.gone(groups.members().get(g))) {
        scores[g] = -Float.MAX_VALUE;
      }
    }
    return scores;
  }
}
