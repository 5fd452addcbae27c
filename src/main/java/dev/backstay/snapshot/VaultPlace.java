package dev.backstay.snapshot;

import java.nio.file.Path;

/**
 * Where a vault and its controller's own secrets lie.
 *
 * @param repository the Git repository; may be cloned, pushed and shown around
 * @param secrets the directory of the controller's keys; never leaves it
 */
public record VaultPlace(Path repository, Path secrets) {
  /** The places in a working directory: {@code snapshots/} and {@code .backstay/}. */
  public static VaultPlace in(Path workingDirectory) {
    return new VaultPlace(
        workingDirectory.resolve("snapshots"), workingDirectory.resolve(".backstay"));
  }

  Path digestKey() {
    return secrets.resolve("vault-digest-key");
  }

  Path signingKey() {
    return secrets.resolve("vault-signing-key");
  }

  /** Which commit this controller has seen last at the tip of main. */
  Path head() {
    return secrets.resolve("vault-head");
  }

  /** Held by the process that writes. */
  Path lock() {
    return secrets.resolve("vault-lock");
  }

  /** Held by the process that talks to the remote. */
  Path remoteLock() {
    return secrets.resolve("vault-remote-lock");
  }

  /** Since when and why the remote lacks what is here. */
  Path pushPending() {
    return secrets.resolve("vault-push-pending");
  }

  Path allowedSigners() {
    return secrets.resolve("vault-allowed-signers");
  }
}
