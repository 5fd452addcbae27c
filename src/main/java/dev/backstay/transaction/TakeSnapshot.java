package dev.backstay.transaction;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Saved;
import dev.backstay.snapshot.Vault;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Saves a gateway's state in the vault and reads it back before anything goes on. */
public final class TakeSnapshot {
  private final Vault vault;
  private final Optional<Identity> identity;
  private final Clock clock;

  /**
   * @param identity to decrypt what was saved; without one only the structure is read back
   */
  public TakeSnapshot(Vault vault, Optional<Identity> identity, Clock clock) {
    this.vault = vault;
    this.identity = identity;
    this.clock = clock;
  }

  /**
   * @param commit that holds the state
   * @param detail what was done and what was proved, for people
   */
  public record Taken(String commit, String detail) {}

  Steps.Done<String> of(String gateway, GatewayPrograms programs, String reason) {
    Taken taken = take(gateway, programs, reason);
    return new Steps.Done<>(taken.commit(), taken.detail(), Map.of("commit", taken.commit()));
  }

  /**
   * Reads a gateway's state, saves it, and reads back what was saved.
   *
   * @param reason one line, public
   */
  public Taken take(String gateway, GatewayPrograms programs, String reason) {
    Saved saved = vault.save(gateway, capture(programs), reason);
    String commit = saved.snapshot().commit();
    String proof = vault.verify(commit, gateway, identity).proof();
    String done = saved.committed() ? "saved" : "unchanged since";
    return new Taken(commit, "%s %s, %s".formatted(done, commit.substring(0, 10), proof));
  }

  /** Reads a gateway's state into memory; the caller closes it. */
  public Capture capture(GatewayPrograms programs) {
    WipedBuffer tar = new WipedBuffer();
    programs.capture(tar);
    return Capture.of(clock.instant(), tar.takeBytes());
  }
}
