package org.prunecl.lab;

import org.prunecl.data.Dataset;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Calibration;

/** Turns labelled images into what devices take. */
final class DeviceData {
  private DeviceData() {}

  /** Uploads images as bytes; they are normalised as batches are gathered. */
  static Samples upload(Backend backend, LabelledImages images, Normalization normalization) {
    return new Samples(
        backend,
        images.pixels(),
        images.labels(),
        images.pixelsPerImage(),
        normalization.scale(),
        normalization.shift());
  }

  /**
   * The images of a training.
   *
   * @param test those to evaluate on, on the device already
   * @param owner takes over what is uploaded
   */
  static TrainingRun.Images images(
      Backend backend, Dataset dataset, Samples test, Normalization normalization, Scope owner) {
    LabelledImages validation = dataset.validation();
    return new TrainingRun.Images(
        owner.own(upload(backend, dataset.train(), normalization)),
        validation == null ? null : owner.own(upload(backend, validation, normalization)),
        test);
  }

  /** Bytes on the device. */
  static long bytes(LabelledImages images) {
    return Samples.bytes(images.count(), images.pixelsPerImage());
  }

  /** Bytes on the device of the images that a training takes, test images aside. */
  static long trainingBytes(Dataset dataset) {
    return bytes(dataset.train())
        + (dataset.validation() == null ? 0 : bytes(dataset.validation()));
  }

  /** How many images make a calibration batch. */
  static int calibration(LabelledImages train) {
    return Math.min(Calibration.BATCH, train.count());
  }

  /**
   * The first training images, for criteria that need gradients.
   *
   * @param owner takes over what is uploaded
   */
  static Calibration calibration(
      Backend backend, LabelledImages train, Normalization normalization, Scope owner) {
    int count = calibration(train);
    return new Calibration(owner.own(upload(backend, train.first(count), normalization)), count);
  }
}
