package dev.backstay.gateway;

import java.nio.charset.StandardCharsets;

/** Whatever a gateway says where the collector's lines should be. */
public final class ObservationFuzz {
  private ObservationFuzz() {}

  /** Nothing may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) {
    ObservationReader reader = new ObservationReader();
    for (String line : new String(input, StandardCharsets.UTF_8).split("\n", -1)) {
      reader.read(line);
      ObservationReader.cannot(line);
    }
  }
}
