package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.PushPending;
import dev.backstay.snapshot.Vault;
import dev.backstay.snapshot.VaultStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/**
 * What closes every command that has used the vault: a push that is owed gets a few seconds, and
 * one that did not come about is a remark, never a failure.
 *
 * @param err where the remark goes
 */
record VaultEnd(Vault vault, PrintWriter err) implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Override
  public void close() {
    try {
      vault.pushSoon();
      boolean quiet = vault.settle(LIMIT);
      vault.remoteStatus().flatMap(remote -> remark(remote, quiet)).ifPresent(this::say);
    } catch (ProblemException late) {
      say(late.problems().getFirst().text());
    }
  }

  private static Optional<String> remark(VaultStatus.Remote remote, boolean quiet) {
    if (remote.ahead() == 0) {
      return Optional.empty();
    }
    String why =
        quiet
            ? remote.pending().map(PushPending::error).orElse("it was not tried yet")
            : "it takes longer than %d s".formatted(LIMIT.toSeconds());
    return Optional.of(
        "%s not at the remote yet: %s\n  hint: the next command tries again;"
                .formatted(Counted.of(remote.ahead(), "commit"), why)
            + " backstay vault push waits for it");
  }

  private void say(String sentence) {
    err.println("backstay: " + sentence);
    err.flush();
  }
}
