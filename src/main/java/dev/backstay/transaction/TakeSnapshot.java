package dev.backstay.transaction;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Reason;
import dev.backstay.snapshot.Saved;
import dev.backstay.snapshot.SealedCapture;
import dev.backstay.snapshot.Vault;
import java.time.Clock;
import java.util.Optional;

/** Saves a gateway's state in the vault and reads it back before anything goes on. */
public final class TakeSnapshot implements Snapshots {
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

  @Override
  public Taken take(Gateway gateway, GatewayPrograms programs, Reason reason) {
    String name = gateway.name();
    Saved saved =
        gateway.sealsItself()
            ? vault.save(name, sealed(name, programs), reason)
            : vault.save(name, capture(programs), reason);
    String commit = saved.snapshot().commit();
    String proof = vault.verify(commit, name, identity).proof();
    String done = saved.committed() ? "saved" : "unchanged since";
    return new Taken(commit, "%s %s, %s".formatted(done, commit.substring(0, 10), proof));
  }

  @Override
  public Optional<EvidenceShelf> evidence() {
    return Optional.of(vault::keepEvidence);
  }

  private SealedCapture sealed(String gateway, GatewayPrograms programs) {
    WipedBuffer tar = new WipedBuffer();
    programs.captureSealed(vault.sealOrders(gateway), tar);
    return SealedCapture.of(clock.instant(), tar.takeBytes());
  }

  /** Reads a gateway's state into memory; the caller closes it. */
  public Capture capture(GatewayPrograms programs) {
    WipedBuffer tar = new WipedBuffer();
    programs.capture(tar);
    return Capture.of(clock.instant(), tar.takeBytes());
  }
}
