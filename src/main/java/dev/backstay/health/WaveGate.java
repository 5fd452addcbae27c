package dev.backstay.health;

import dev.backstay.playbook.Gates;
import java.util.List;
import java.util.Optional;

/**
 * All gateways of a wave together: sees the small loss that no gateway can show alone. Without it a
 * uniform loss of 10 % goes through 76 of 100 gateways, with it through 14 (rollout.md §3.6).
 *
 * @param sample of all gateways
 * @param expected lost clients if nothing is wrong
 * @param sigma their standard deviation; clients of one gateway share their fate
 */
public record WaveGate(Sample sample, double expected, double sigma) {
  private static final double SIGMAS = 4;

  /**
   * @param gateways of the wave: the clients of each that completed no handshake
   * @param control clients of gateways that are not changed, watched over the same minutes
   */
  public static WaveGate of(Gates gates, List<Sample> gateways, Optional<ControlGroup> control) {
    Sample all = gateways.stream().reduce(Sample.NONE, Sample::plus);
    Sample beside = control.map(ControlGroup::sample).orElse(Sample.NONE);
    double rate = Math.max(Rates.of(gates).healthy(), beside.share());
    Churn churn = new Churn(rate, Churn.USUAL_CORRELATION);
    double each = rate * (1 - rate);
    double own =
        gateways.stream()
            .mapToDouble(one -> one.clients() * each * churn.spread(one.clients()))
            .sum();
    // What is expected is itself only known from so many clients.
    double ofControl =
        beside.clients() == 0
            ? 0
            : (double) all.clients() * all.clients() * each / beside.clients();
    return new WaveGate(all, all.clients() * rate, Math.sqrt(own + ofControl));
  }

  public double limit() {
    return expected + SIGMAS * sigma + 1;
  }

  /** Nobody at all says nothing, and never passes. */
  public Says says() {
    if (sample.lost() > limit()) {
      return Says.FAIL;
    }
    return sample.clients() >= Judge.FEWEST_CLIENTS && sample.lost() <= limit()
        ? Says.PASS
        : Says.INCONCLUSIVE;
  }

  /** For people. */
  public String sentence() {
    return "%s of the whole wave completed no handshake, and up to %d would be ordinary"
        .formatted(sample, (long) Math.floor(limit()));
  }
}
