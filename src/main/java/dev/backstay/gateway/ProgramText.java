package dev.backstay.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The programs that run on gateways, as they travel in the jar. */
enum ProgramText {
  FACTS("facts"),
  OBSERVE("observe"),
  CAPTURE("capture"),
  EVIDENCE("evidence"),
  FINGERPRINT("fingerprint"),
  DATAGRAMS("datagrams"),
  WGSTATE("wgstate"),
  STAGE("stage"),
  DEADMAN("deadman"),
  CHANGE("change"),
  KERNEL("kernel"),
  PACKAGES("packages"),
  FILES("files"),
  CONFIG("config"),
  TUNING("tuning"),
  SCRIPT("script"),
  IMPLEMENTATION("implementation");

  private final String file;

  ProgramText(String file) {
    this.file = file;
  }

  /** Those that must work without us, in the order in which they are put in place. */
  static List<ProgramText> installed() {
    return List.of(
        WGSTATE,
        KERNEL,
        PACKAGES,
        FILES,
        CONFIG,
        TUNING,
        SCRIPT,
        IMPLEMENTATION,
        STAGE,
        CHANGE,
        DEADMAN);
  }

  String file() {
    return file;
  }

  byte[] bytes() {
    try (InputStream in = ProgramText.class.getResourceAsStream("programs/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the program " + file + " is missing from this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
