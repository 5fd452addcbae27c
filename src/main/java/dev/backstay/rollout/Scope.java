package dev.backstay.rollout;

import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rollout needs of a plan to carry it out, or to go on with it.
 *
 * @param gateways by name, at least those of the waves
 * @param epoch of the controller; a gateway refuses a lower one than it has seen
 * @param front what can send the clients of these gateways elsewhere
 */
public record Scope(
    Playbook playbook, Map<String, Gateway> gateways, List<Wave> waves, long epoch, Front front) {
  /** Of gateways whose clients stay on them. */
  public Scope(Playbook playbook, Map<String, Gateway> gateways, List<Wave> waves, long epoch) {
    this(playbook, gateways, waves, epoch, Front.NONE);
  }

  public Scope {
    gateways = Map.copyOf(gateways);
    waves = List.copyOf(waves);
  }

  public static Scope of(Plan plan) {
    Map<String, Gateway> gateways = new TreeMap<>();
    plan.gateways().forEach(one -> gateways.put(one.name(), one.gateway()));
    return new Scope(plan.playbook(), gateways, plan.waves(), plan.epoch(), plan.front());
  }

  /** The gateways of each wave. */
  List<List<String>> names() {
    return waves.stream().map(Wave::gateways).toList();
  }

  Gateway gateway(String name) {
    Gateway gateway = gateways.get(name);
    if (gateway == null) {
      throw new IllegalArgumentException("not in the plan: " + name);
    }
    return gateway;
  }
}
