package dev.backstay.rollout;

import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.transaction.AsPlanned;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rollout needs of a plan to carry it out, or to go on with it.
 *
 * @param gateways by name, at least those of the waves
 * @param epoch of the controller; a gateway refuses a lower one than it has seen
 * @param planned by gateway, what the plan says of it; a gateway for which it would be something
 *     else when its turn comes is not changed. Of one that is not named here nothing is known
 * @param front what can send the clients of these gateways elsewhere
 * @param control gateways of the last waves, which are watched until then
 */
public record Scope(
    Playbook playbook,
    Map<String, Gateway> gateways,
    List<Wave> waves,
    long epoch,
    Map<String, AsPlanned> planned,
    Front front,
    List<String> control) {
  public Scope {
    gateways = Map.copyOf(gateways);
    waves = List.copyOf(waves);
    planned = Map.copyOf(planned);
    control = List.copyOf(control);
  }

  /** Of a plan that says nothing of packages, for gateways whose clients stay on them. */
  public Scope(Playbook playbook, Map<String, Gateway> gateways, List<Wave> waves, long epoch) {
    this(playbook, gateways, waves, epoch, Map.of(), Front.NONE, List.of());
  }

  /** To go on with a plan that was saved. */
  public static Scope of(
      SavedPlan saved, Playbook playbook, Map<String, Gateway> gateways, long epoch, Front front) {
    Map<String, AsPlanned> planned = new TreeMap<>();
    saved
        .gateways()
        .forEach(entry ->
            planned.put(
                entry.name(), new AsPlanned(entry.packages(), saved.troublesOf(entry.name()))));
    return new Scope(playbook, gateways, saved.waves(), epoch, planned, front, saved.control());
  }

  public static Scope of(Plan plan) {
    Map<String, Gateway> gateways = new TreeMap<>();
    Map<String, AsPlanned> planned = new TreeMap<>();
    plan.gateways()
        .forEach(one -> {
          gateways.put(one.name(), one.gateway());
          planned.put(one.name(), new AsPlanned(one.change().packages(), one.sentences()));
        });
    return new Scope(
        plan.playbook(),
        gateways,
        plan.waves(),
        plan.epoch(),
        planned,
        plan.front(),
        plan.control());
  }

  /** For a controller that takes over. */
  public Scope inEpoch(long next) {
    return new Scope(playbook, gateways, waves, next, planned, front, control);
  }

  /** The gateways of each wave. */
  List<List<String>> names() {
    return waves.stream().map(Wave::gateways).toList();
  }

  /** Who is watched beside a wave: gateways that are not changed before those of the last waves. */
  List<Gateway> beside(List<String> wave) {
    return wave.stream().anyMatch(control::contains)
        ? List.of()
        : control.stream().map(this::gateway).toList();
  }

  Gateway gateway(String name) {
    Gateway gateway = gateways.get(name);
    if (gateway == null) {
      throw new IllegalArgumentException("not in the plan: " + name);
    }
    return gateway;
  }
}
