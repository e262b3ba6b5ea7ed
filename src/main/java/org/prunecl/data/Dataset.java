package org.prunecl.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.prunecl.PruneClException.Kind;

/**
 * Training and test images with their labels.
 *
 * @param name a known dataset's name, or that of its folder
 * @param train what to learn from
 * @param validation training images that are held out, or null
 * @param test what to measure on: images of the same size, labels that occur in training or lie
 *     below
 * @param digests SHA-256 of each file's decompressed content, in hexadecimal, by {@link
 *     DatasetFile#role()}
 */
public record Dataset(
    String name,
    LabelledImages train,
    LabelledImages validation,
    LabelledImages test,
    Map<String, String> digests) {
  /** Nothing is held out. */
  public Dataset(
      String name, LabelledImages train, LabelledImages test, Map<String, String> digests) {
    this(name, train, null, test, digests);
  }

  /**
   * Checks that the two parts belong together.
   *
   * @throws DataException of kind INPUT if image sizes differ or a test label is beyond the classes
   */
  public Dataset {
    digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
    if (train.rows() != test.rows() || train.columns() != test.columns()) {
      throw new DataException(
          Kind.INPUT,
          "%s: training images are %dx%d, test images %dx%d"
              .formatted(name, train.rows(), train.columns(), test.rows(), test.columns()),
          "give training and test images of the same size");
    }
    int largest = largestTrainingLabel(train, validation);
    for (int image = 0; image < test.count(); image++) {
      if (test.label(image) > largest) {
        throw new DataException(
            Kind.INPUT,
            "%s: test image %d has label %d, but the largest training label is %d"
                .formatted(name, image, test.label(image), largest),
            "check that training and test labels are of the same dataset");
      }
    }
  }

  /** The number of classes: the largest training label + 1. */
  public int classes() {
    return largestTrainingLabel(train, validation) + 1;
  }

  private static int largestTrainingLabel(LabelledImages train, LabelledImages validation) {
    return validation == null
        ? train.largestLabel()
        : Math.max(train.largestLabel(), validation.largestLabel());
  }

  /**
   * Holds the last training images out as Keras does: of n images the first int(n · (1 − share))
   * are left to learn from.
   *
   * @param share at least 0 and less than 1; 0, or too few images for one, changes nothing
   * @throws DataException of kind INPUT if no image is left to learn from
   */
  public Dataset holdOut(double share) {
    int count = train.count();
    int left = (int) Math.floor(count * (1 - share));
    if (left == count) {
      return this;
    }
    if (left == 0) {
      throw new DataException(
          Kind.INPUT,
          "%s: of %d training images none is left to learn from".formatted(name, count),
          "hold a smaller share out for validation");
    }
    return new Dataset(name, train.range(0, left), train.range(left, count), test, digests);
  }
}
