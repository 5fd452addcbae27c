package dev.backstay.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a vault stands, as far as can be told without asking the remote.
 *
 * @param commit the newest one
 * @param at its time
 * @param subject its first line
 * @param gateways how many have a snapshot
 * @param recipients who can decrypt what is saved from now on
 * @param forOthers gateways whose newest snapshot is encrypted for other recipients than these
 * @param workTree whether somebody has checked the vault out here; Backstay uses commits alone
 */
public record VaultStatus(
    String commit,
    Instant at,
    String subject,
    int gateways,
    List<String> recipients,
    List<String> forOthers,
    boolean workTree,
    Optional<Remote> remote) {
  public VaultStatus {
    recipients = List.copyOf(recipients);
    forOthers = List.copyOf(forOthers);
  }

  /**
   * @param seen whether main was ever seen there
   * @param ahead commits that are here and not there, as last seen
   * @param behind commits that are there and not here, as last seen
   * @param pending if the last attempt to push failed
   */
  public record Remote(
      String url, boolean seen, int ahead, int behind, Optional<PushPending> pending) {}
}
