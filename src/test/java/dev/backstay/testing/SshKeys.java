package dev.backstay.testing;

import java.nio.file.Path;

/** Key files, made at run time by ssh-keygen so that none lies in the repository. */
public final class SshKeys {
  private SshKeys() {}

  /** An ed25519 key without a passphrase; the public half lies beside it with {@code .pub}. */
  public static Path generate(Path file) {
    return generate(file, "ed25519", "");
  }

  public static Path generate(Path file, String type, String passphrase) {
    Programs.run(
        "ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", file.toString());
    return file;
  }

  public static Path publicHalf(Path key) {
    return Path.of(key + ".pub");
  }

  /** As {@code SHA256:…}. */
  public static String fingerprint(Path key) {
    return Programs.run("ssh-keygen", "-lf", publicHalf(key).toString()).split(" ")[1];
  }
}
