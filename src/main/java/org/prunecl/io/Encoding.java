package org.prunecl.io;

import java.util.List;
import java.util.Locale;

/** How a model file holds weights; docs/model-files.md describes both to the byte. */
public enum Encoding {
  /** Every element as float32: plain safetensors. */
  DENSE {
    @Override
    public long bytes(float[] weight) {
      return (long) weight.length * Float.BYTES;
    }

    @Override
    List<Tensor> tensors(String name, int rows, int columns, float[] weight) {
      return List.of(new Tensor(name, new int[] {rows, columns}, weight));
    }
  },
  /**
   * Each weight in the smaller of two forms: as float32, or a bit for every element and the value
   * of each that isn't zero.
   */
  SPARSE {
    @Override
    public long bytes(float[] weight) {
      return Math.min(DENSE.bytes(weight), BitmapWeight.bytes(weight));
    }

    @Override
    List<Tensor> tensors(String name, int rows, int columns, float[] weight) {
      return BitmapWeight.bytes(weight) < DENSE.bytes(weight)
          ? BitmapWeight.encode(name, rows, columns, weight)
          : DENSE.tensors(name, rows, columns, weight);
    }
  };

  /** Its name in options and results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes that a layer's weight takes in a file, the header's text not counted. */
  public abstract long bytes(float[] weight);

  /**
   * The tensors that hold a weight.
   *
   * @param name of the weight
   * @param weight rows × columns, row-major
   */
  abstract List<Tensor> tensors(String name, int rows, int columns, float[] weight);
}
