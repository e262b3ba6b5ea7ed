package org.prunecl.opencl;

/** Prints which device each wish chooses on this machine, one line each; "-" is no wish. */
final class ChoicePrinter {
  private ChoicePrinter() {}

  public static void main(String[] wishes) {
    for (Platform platform : Platforms.list()) {
      System.out.println("platform " + platform.index() + " " + platform.name());
    }
    for (String wish : wishes) {
      DeviceChoice choice =
          DeviceChoice.among(
              Platforms.list(), wish.equals("-") ? null : wish, System.getenv("PRUNECL_DEVICE"));
      System.out.println(
          wish + " -> " + choice.preferred().describe() + " because " + choice.reason());
    }
  }
}
