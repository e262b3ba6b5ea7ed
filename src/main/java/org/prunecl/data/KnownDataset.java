package org.prunecl.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A dataset that can be asked for by name.
 *
 * @param name the name
 * @param packaged where a package of the system installs it, or null
 * @param mirrors folders it is published in, ending in a slash, tried in order
 * @param sha256 digest of each file's decompressed content, in hexadecimal
 */
record KnownDataset(
    String name, Packaged packaged, List<URI> mirrors, Map<DatasetFile, String> sha256) {
  /**
   * A package of the operating system.
   *
   * @param name of the package
   * @param folder where it installs the files
   */
  record Packaged(String name, Path folder) {}

  /** Fashion-MNIST: Xiao, Rasul and Vollgraf, 2017. */
  private static final KnownDataset FASHION_MNIST =
      new KnownDataset(
          "fashion-mnist",
          new Packaged("dataset-fashion-mnist", Path.of("/usr/share/datasets/fashion-mnist")),
          List.of(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
          Map.of(
              DatasetFile.TRAIN_IMAGES,
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              DatasetFile.TRAIN_LABELS,
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
              DatasetFile.TEST_IMAGES,
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
              DatasetFile.TEST_LABELS,
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  /** MNIST: LeCun, Cortes and Burges, 1998. Its first home no longer serves it. */
  private static final KnownDataset MNIST =
      new KnownDataset(
          "mnist",
          null,
          List.of(
              URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
              URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/")),
          Map.of(
              DatasetFile.TRAIN_IMAGES,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              DatasetFile.TRAIN_LABELS,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
              DatasetFile.TEST_IMAGES,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
              DatasetFile.TEST_LABELS,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  /** Every known dataset. */
  static final List<KnownDataset> ALL = List.of(FASHION_MNIST, MNIST);
}
