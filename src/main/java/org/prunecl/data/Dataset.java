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
 * @param test what to measure on: images of the same size, labels that occur in training or lie
 *     below
 * @param digests SHA-256 of each file's decompressed content, in hexadecimal, by {@link
 *     DatasetFile#role()}
 */
public record Dataset(
    String name, LabelledImages train, LabelledImages test, Map<String, String> digests) {
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
    int largest = train.largestLabel();
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
    return train.largestLabel() + 1;
  }
}
