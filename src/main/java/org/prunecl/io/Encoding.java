package org.prunecl.io;

import java.util.List;
import java.util.Locale;

/** How a model file holds weights; docs/model-files.md describes both to the byte. */
public enum Encoding {
  /** Every element as float32: plain safetensors. */
  DENSE {
    @Override
    public long bytes(LayerWeights layer) {
      return (long) layer.weight().length * Float.BYTES;
    }

    @Override
    List<Tensor> tensors(LayerWeights layer) {
      return List.of(new Tensor(ModelFile.weightName(layer), layer.shape(), layer.weight()));
    }
  },
  /**
   * Each weight in the smaller of two forms: as float32, or a bit for every element and the value
   * of each that isn't zero.
   */
  SPARSE {
    @Override
    public long bytes(LayerWeights layer) {
      return Math.min(DENSE.bytes(layer), BitmapWeight.bytes(layer));
    }

    @Override
    List<Tensor> tensors(LayerWeights layer) {
      return BitmapWeight.bytes(layer) < DENSE.bytes(layer)
          ? BitmapWeight.encode(layer)
          : DENSE.tensors(layer);
    }
  };

  /** Its name in options and results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes that a layer's weight takes in a file, the header's text not counted. */
  public abstract long bytes(LayerWeights layer);

  /** The tensors that hold a layer's weight. */
  abstract List<Tensor> tensors(LayerWeights layer);
}
