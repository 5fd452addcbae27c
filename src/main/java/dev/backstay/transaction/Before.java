package dev.backstay.transaction;

import dev.backstay.change.Config;
import dev.backstay.change.GatewayChange;
import dev.backstay.change.Takeover;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.transaction.Prepare.Armed;
import dev.backstay.wireguard.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What must be known of the time before a change to judge what comes after it. Told to the log
 * before anything is applied, so that a controller that takes over can go on judging.
 *
 * @param baseline the clients that were active; they are the denominator
 * @param expected who is to be there when the change has been made on purpose; mostly the same
 * @param sessions what the change does to them
 * @param last observation before the change
 * @param module srcversion of the module that was loaded; empty for none
 * @param kernel that was running
 */
public record Before(
    Baseline baseline,
    Baseline expected,
    Sessions sessions,
    Observation last,
    String module,
    String kernel) {

  static Before of(Order order, Armed place, Observation last) {
    return new Before(
        place.baseline(),
        afterwards(order, place),
        order.drain().isPresent() || order.takeover().isPresent()
            ? moved(order)
            : sessions(place.change()),
        last,
        place.before().moduleLoaded(),
        place.before().kernel());
  }

  /** The same for another boot: that of a restart that was meant. Nothing was counted in it yet. */
  Before inBoot(String boot) {
    return new Before(
        baseline.inBoot(boot),
        expected.inBoot(boot),
        sessions,
        last.withoutCounts(),
        module,
        kernel);
  }

  /** The same where what would have cut the sessions was not come to. */
  Before withSessionsKept() {
    Sessions left = sessions == Sessions.MOVED ? sessions : Sessions.KEPT;
    return new Before(baseline, expected, left, last, module, kernel);
  }

  private static Baseline afterwards(Order order, Armed place) {
    Baseline expected =
        order
            .restore()
            .map(restore -> place.baseline().expecting(restore.expected()))
            .orElse(place.baseline());
    return place
        .change()
        .part(Config.class)
        .map(config -> expecting(config, expected))
        .orElse(expected);
  }

  private static Baseline expecting(Config config, Baseline baseline) {
    Map<String, InterfaceIdentity> wanted = new LinkedHashMap<>();
    Map<String, Set<PublicKey>> excused = new LinkedHashMap<>();
    config
        .edits()
        .forEach(edit -> {
          Config.After after = edit.after();
          wanted.put(
              edit.name(), new InterfaceIdentity(after.publicKey(), after.port(), after.peers()));
          excused.put(edit.name(), after.excused());
        });
    return baseline.expecting(wanted).excusing(excused);
  }

  /** Who was sent away has sessions elsewhere when he comes back, whatever the change has done. */
  private static Sessions moved(Order order) {
    return order.playbook().observe().kick() ? Sessions.LOST_AND_CALLED : Sessions.LOST;
  }

  private static Sessions sessions(GatewayChange change) {
    Sessions lost = change.kick() ? Sessions.LOST_AND_CALLED : Sessions.LOST;
    if (change.part(Takeover.class).isPresent()) {
      return lost;
    }
    return switch (change.activate()) {
      case NONE ->
          change.part(Config.class).filter(Config::moves).isPresent()
              ? Sessions.MOVED
              : Sessions.KEPT;
      case RELOAD_MODULE, RESTART_INTERFACE, REBOOT -> lost;
    };
  }
}
