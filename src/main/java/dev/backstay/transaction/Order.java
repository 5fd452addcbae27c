package dev.backstay.transaction;

import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction is asked to do: which gateway, by which playbook, under which names.
 *
 * @param restore what goes back onto it from a snapshot, if that is the change
 * @param planned what the plan says of it, if there is one that was held against the gateway
 * @param front what can send its clients elsewhere
 */
public record Order(
    Gateway gateway,
    Playbook playbook,
    Identifiers identifiers,
    Optional<Restore> restore,
    Optional<AsPlanned> planned,
    Front front) {
  /** The limit of a revert. */
  private static final Duration REVERT = Duration.ofMinutes(3);

  /** One that is not held to a plan, of a gateway whose clients stay on it. */
  public Order(
      Gateway gateway, Playbook playbook, Identifiers identifiers, Optional<Restore> restore) {
    this(gateway, playbook, identifiers, restore, Optional.empty(), Front.NONE);
  }

  String name() {
    return gateway.name();
  }

  /** Troubles that are known with what it is changed to. */
  List<String> troubles() {
    return planned.map(AsPlanned::troubles).orElse(List.of());
  }

  /** How its clients are sent elsewhere while it is worked on, if they are. */
  Optional<Traffic> drain() {
    return traffic().filter(traffic -> traffic.takeover().isEmpty());
  }

  /** How it takes over the clients of another gateway, if it does. */
  Optional<Succession> takeover() {
    return traffic()
        .flatMap(traffic ->
            traffic
                .takeover()
                .flatMap(
                    rules -> front.old().map(old -> new Succession(old, gateway, traffic, rules))));
  }

  private Optional<Traffic> traffic() {
    return front.hosts().isEmpty() ? Optional.empty() : playbook.traffic();
  }

  /**
   * From arming to the moment in which the gateway takes the change back by itself. Its clients are
   * sent away meanwhile, so that this lasts no longer than it must.
   */
  Duration leaseLength() {
    return drain()
        .map(Traffic::longest)
        .orElse(Duration.ZERO)
        .plus(playbook.lease().apply())
        .plus(playbook.lease().reboot())
        .plus(leaseAfterApply());
  }

  /**
   * How long a traffic host keeps the clients of a gateway away when nobody asks it for anything
   * any more: until the gateway has taken its own change back, by a lease that was renewed at the
   * very last moment.
   */
  public static Duration awayAtMost(Playbook playbook, Traffic traffic) {
    Duration afterApply = playbook.observe().window().plus(playbook.lease().confirm());
    return traffic
        .longest()
        .plus(playbook.lease().apply())
        .plus(playbook.lease().reboot().multipliedBy(2))
        .plus(afterApply.multipliedBy(2))
        .plus(REVERT);
  }

  /**
   * How long clients that were taken over stay where they are when nobody asks the traffic hosts
   * for anything any more, before there is a verdict.
   */
  public static Duration onTrialAtMost(Playbook playbook, Traffic traffic) {
    return traffic.longest().plus(playbook.observe().window()).plus(playbook.lease().confirm());
  }

  /**
   * What of it is for watching the clients and confirming. Clients that were taken over are to have
   * left before the gateway takes its change back, by whatever host was asked last.
   */
  Duration leaseAfterApply() {
    return takeover()
        .map(Succession::traffic)
        .map(traffic ->
            traffic.longest().plus(onTrialAtMost(playbook, traffic)).plus(traffic.back()))
        .orElse(playbook.observe().window().plus(playbook.lease().confirm()));
  }
}
