package dev.backstay.drill;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Watch;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The comparison: the same module reload as people do it by hand, on one gateway, with nobody
 * calling the clients. Shows when they come back by themselves.
 */
final class LeftAlone {
  private static final String BY_HAND =
      "wg-quick down wg0 && modprobe -r wireguard && modprobe wireguard && wg-quick up wg0";

  /**
   * A client that only keeps alive asks again when its key is 180 s old; some slack for a busy
   * machine.
   */
  private static final Duration LONGEST = Duration.ofSeconds(240);

  private final GatewayPrograms programs;
  private final Shell shell;

  LeftAlone(GatewayPrograms programs, Shell shell) {
    this.programs = programs;
    this.shell = shell;
  }

  /**
   * @param back of how many clients
   * @param half seconds until half of them were back
   * @param last seconds until the last that came back was back
   */
  record Measured(int back, int eligible, double half, double last) {}

  Measured measure() throws InterruptedException {
    BlockingQueue<Observation> queue = new LinkedBlockingQueue<>();
    try (Shell.Stream stream =
        programs.observe("left_alone", List.of("wg0"), LONGEST.plusSeconds(60), queue::add)) {
      Observation first = next(queue);
      Observation before = first;
      while (before.uptime() - first.uptime() < 8) {
        before = next(queue);
      }
      Baseline baseline = Baseline.between(first, before);
      Outcome outcome = shell.run(Command.of(BY_HAND).within(Duration.ofSeconds(60)));
      if (!(outcome instanceof Outcome.Exited exited && exited.ok())) {
        throw new ProblemException(
            "reload-by-hand", shell.gateway(), "the module could not be reloaded: " + outcome, "");
      }
      Watch watch =
          new Watch(
              baseline,
              new Watch.Reference(
                  before, before.uptime() + 0.5, before.uptime() + 0.5, Watch.Sessions.LOST, ""));
      double half = 0;
      while (watch.tally().seconds() < LONGEST.toSeconds() && !watch.tally().allBack()) {
        watch.accept(next(queue));
        Tally now = watch.tally();
        if (half == 0 && now.count(PeerState.BACK) * 2 >= now.eligible()) {
          half = now.seconds();
        }
      }
      Tally end = watch.tally();
      return new Measured(end.count(PeerState.BACK), end.eligible(), half, end.lastBack());
    }
  }

  private static Observation next(BlockingQueue<Observation> queue) throws InterruptedException {
    Observation seen = queue.poll(30, TimeUnit.SECONDS);
    if (seen == null) {
      throw new ProblemException("no-observation", "", "the collector went silent", "");
    }
    return seen;
  }
}
