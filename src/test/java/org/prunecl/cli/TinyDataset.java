package org.prunecl.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A dataset that a test writes as four plain IDX files: image i is of class i mod classes, and one
 * bright pixel tells which.
 */
record TinyDataset(int classes, int rows, int columns) {
  /** Writes so many training and test images into a folder that is made for them. */
  Path write(Path folder, int train, int test) throws IOException {
    Files.createDirectories(folder);
    part(folder, "train", train);
    part(folder, "t10k", test);
    return folder;
  }

  /** The label of an image. */
  int label(int image) {
    return image % classes;
  }

  /** A pixel of an image, 0 to 255. */
  int pixel(int image, int pixel) {
    return pixel == label(image) ? 200 + image % 50 : (37 * image + 11 * pixel) % 64;
  }

  int pixels() {
    return rows * columns;
  }

  private void part(Path folder, String name, int count) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + count * pixels());
    images.putInt(0x803).putInt(count).putInt(rows).putInt(columns);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int image = 0; image < count; image++) {
      labels.put((byte) label(image));
      for (int pixel = 0; pixel < pixels(); pixel++) {
        images.put((byte) pixel(image, pixel));
      }
    }
    Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
    Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
  }
}
