package dev.backstay.playbook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A change of many gateways, as the operator declared it.
 *
 * @param source the file it was read from, for messages
 * @param name names the rollouts made from it; lower-case letters, digits, dots and dashes
 * @param select which gateways, in the words of {@link dev.backstay.inventory.Selection}
 * @param selectedAt where those words stand, as {@code file:line:column}, for messages
 * @param rollbackAll on failure take back confirmed waves of this rollout too, not only the wave
 *     that failed
 * @param traffic how clients are sent elsewhere while a gateway is worked on, if they are
 */
public record Playbook(
    String source,
    String name,
    List<String> select,
    String selectedAt,
    Change change,
    List<WaveSize> waves,
    Observe observe,
    Gates gates,
    boolean rollbackAll,
    Lease lease,
    Limits limits,
    Maintenance maintenance,
    Approval approval,
    Optional<Traffic> traffic) {

  /**
   * @param baseline how long to look at who is active before the change
   * @param window how long the clients are watched after it
   * @param kick whether the gateway re-handshakes with its peers by itself
   * @param soak how long the gateways of a wave are watched on after they were confirmed, before
   *     the next wave begins; zero for not at all
   * @param control how many gateways are held back to the end and watched while others are changed:
   *     a {@link WaveSize.Count} or a {@link WaveSize.Share}
   */
  public record Observe(
      Duration baseline, Duration window, boolean kick, Duration soak, Optional<WaveSize> control) {
    /** Nobody is held back. */
    public Observe(Duration baseline, Duration window, boolean kick, Duration soak) {
      this(baseline, window, kick, soak, Optional.empty());
    }
  }

  /**
   * Parts of the time a gateway grants before it reverts by itself.
   *
   * @param apply for the change itself
   * @param reboot for a restart, from its beginning until the gateway answers again; zero for none
   * @param confirm slack between the end of the window and the confirmation
   */
  public record Lease(Duration apply, Duration reboot, Duration confirm) {
    /** Of a change without a restart. */
    public Lease(Duration apply, Duration confirm) {
      this(apply, Duration.ZERO, confirm);
    }
  }

  /** The same with other gates. */
  public Playbook judgedBy(Gates other) {
    return new Playbook(
        source,
        name,
        select,
        selectedAt,
        change,
        waves,
        observe,
        other,
        rollbackAll,
        lease,
        limits,
        maintenance,
        approval,
        traffic);
  }

  /** Whose clients stay on their gateway. */
  public Playbook(
      String source,
      String name,
      List<String> select,
      String selectedAt,
      Change change,
      List<WaveSize> waves,
      Observe observe,
      Gates gates,
      boolean rollbackAll,
      Lease lease,
      Limits limits,
      Maintenance maintenance,
      Approval approval) {
    this(
        source,
        name,
        select,
        selectedAt,
        change,
        waves,
        observe,
        gates,
        rollbackAll,
        lease,
        limits,
        maintenance,
        approval,
        Optional.empty());
  }

  public Playbook {
    select = List.copyOf(select);
    waves = List.copyOf(waves);
  }
}
