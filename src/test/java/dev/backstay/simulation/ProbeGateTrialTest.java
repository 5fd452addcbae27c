package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the real engine makes of probes, on gateways of a model. */
final class ProbeGateTrialTest {
  private static final String NEW = "1.0.1";
  private static final double WITHIN = 5;

  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  /**
   * Clients get on with every version; the last of them is a probe.
   *
   * @param before how it gets on with the old version
   * @param after how it gets on with the new one
   */
  private record Probed(Client.Behaviour before, Client.Behaviour after, boolean peer)
      implements Fate {
    static Probed with(Client.Behaviour after) {
      return new Probed(Client.Behaviour.WORKS, after, true);
    }

    @Override
    public boolean loads(String gateway, String module) {
      return true;
    }

    @Override
    public Client.Behaviour behaviour(String gateway, int client, String module, int cut) {
      return Client.Behaviour.WORKS;
    }

    @Override
    public boolean isProbed(String gateway) {
      return peer;
    }

    @Override
    public Client.Behaviour probe(String gateway, String module) {
      return module.contains(Outfit.BEFORE) ? before : after;
    }
  }

  private static Playbook playbook(String gates) {
    return PlaybookReader.read(
        "probed.yaml",
        """
        kind: Playbook
        name: probed
        select: all
        change: {packages: {wireguard-dkms: %s}, activate: reload-module}
        waves: [1]
        observe: {baseline: 5s, window: 30s}
        gates: %s
        lease: {apply: 60s, confirm: 60s}
        """
            .formatted(NEW, gates));
  }

  private Trial trial(Fate fate, String gates, int clients) {
    return new Trial(
        3,
        playbook(gates),
        Fixture.gateways(1),
        clients,
        fate,
        Map.of(),
        List.of(),
        List.of(),
        Duration.ofSeconds(1),
        folder);
  }

  private Trial.Outcome run(Fate fate, String gates) {
    Trial.Outcome outcome = trial(fate, gates, 20).run();
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    return outcome;
  }

  private static <T> Stream<T> events(Trial.Outcome outcome, Class<T> kind) {
    return outcome.lines().stream().map(JournalLine::body).filter(kind::isInstance).map(kind::cast);
  }

  private static Optional<Event.Gate> probe(Trial.Outcome outcome) {
    return events(outcome, Event.Judged.class)
        .flatMap(judged -> judged.gates().stream())
        .filter(gate -> gate.gate().equals("probe"))
        .findFirst();
  }

  private static String detail(Trial.Outcome outcome, String step) {
    return events(outcome, Event.StepEnded.class)
        .filter(ended -> ended.step().equals(step))
        .map(Event.StepEnded::detail)
        .findFirst()
        .orElse("");
  }

  @Test
  void a_good_version_passes_with_the_probes_among_its_evidence() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.WORKS), "{probe: required}");
    assertThat(outcome.result()).contains(Result.DONE);
    assertThat(detail(outcome, "baseline")).endsWith("; the probe gets through");
    Event.Gate gate = probe(outcome).orElseThrow();
    assertThat(gate.says()).isEqualTo("pass");
    assertThat(gate.against()).isZero();
    assertThat(gate.clients()).as("one a second").isGreaterThan(20);
  }

  @Test
  void a_version_that_no_probe_gets_through_is_taken_back_after_three_of_them() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.FAILS), "{probe: required}");
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    Event.Gate gate = probe(outcome).orElseThrow();
    assertThat(gate.says()).isEqualTo("fail");
    assertThat(gate.sentence())
        .startsWith("3 of 3 probes of wg0 did not get through")
        .contains("no answer to 1 initiation in 1.0 s");
    assertThat(seconds(gate, "certain")).isLessThanOrEqualTo(WITHIN);
  }

  @Test
  void without_that_gate_nobody_sees_it() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.FAILS), "{probe: off}");
    assertThat(outcome.result()).contains(Result.DONE);
    assertThat(probe(outcome)).isEmpty();
  }

  @Test
  void stalled_data_is_told_in_its_own_words() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.STALLS), "{probe: required}");
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(probe(outcome).orElseThrow().sentence())
        .contains("the handshake is answered, but no data came back");
  }

  @Test
  void a_controller_that_cannot_send_is_no_evidence_and_never_passes() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.GONE), "{probe: required}");
    assertThat(outcome.result()).contains(Result.INCONCLUSIVE);
    assertThat(outcome.ends().values()).noneMatch(Trial.End::changed);
    assertThat(probe(outcome).orElseThrow().says()).isEqualTo("inconclusive");
    assertThat(probe(outcome).orElseThrow().sentence())
        .isEqualTo("no probe of wg0 could be sent: nothing can be sent there: no route to host");
  }

  @Test
  void a_probe_that_does_not_get_through_before_the_change_refuses_it() {
    Trial.Outcome outcome =
        run(new Probed(Client.Behaviour.FAILS, Client.Behaviour.WORKS, true), "{probe: required}");
    assertThat(outcome.result()).contains(Result.UNCHANGED);
    assertThat(detail(outcome, "baseline"))
        .contains("got through 0 of 3 times before the change, so it could prove nothing after it")
        .contains("backstay probe gw1 --inside");
    assertThat(outcome.ends().values()).noneMatch(Trial.End::changed);
  }

  @Test
  void a_gateway_without_a_probe_peer_is_refused() {
    Trial.Outcome outcome =
        run(new Probed(Client.Behaviour.WORKS, Client.Behaviour.WORKS, false), "{probe: required}");
    assertThat(outcome.result()).contains(Result.UNCHANGED);
    assertThat(detail(outcome, "baseline")).contains("this gateway has no probe peer");
  }

  @Test
  void the_peer_that_probes_is_nobodys_client() {
    Trial.Outcome outcome = run(Probed.with(Client.Behaviour.WORKS), "{probe: required}");
    assertThat(detail(outcome, "arm")).startsWith("19 active clients, 0 idle");
    Fixture.empty(folder);
    Trial.Outcome all =
        run(new Probed(Client.Behaviour.WORKS, Client.Behaviour.WORKS, false), "{probe: off}");
    assertThat(detail(all, "arm")).startsWith("20 active clients, 0 idle");
  }

  @Test
  void few_clients_pass_beside_a_probe_if_that_was_accepted() {
    Fate good = Probed.with(Client.Behaviour.WORKS);
    assertThat(trial(good, "{probe: required}", 3).run().result()).contains(Result.INCONCLUSIVE);
    Fixture.empty(folder);
    assertThat(trial(good, "{probe: required, fewClients: accept}", 3).run().result())
        .contains(Result.DONE);
    Fixture.empty(folder);
    Fate bad = Probed.with(Client.Behaviour.FAILS);
    assertThat(trial(bad, "{probe: required, fewClients: accept}", 3).run().result())
        .contains(Result.ROLLED_BACK);
  }

  @Test
  void whoever_takes_over_probes_on() {
    for (Client.Behaviour after : List.of(Client.Behaviour.WORKS, Client.Behaviour.FAILS)) {
      Trial trial = trial(Probed.with(after), "{probe: required}", 20);
      Trial.Outcome whole = trial.run();
      Fixture.empty(folder);
      int observing =
          1
              + whole.lines().stream()
                  .map(JournalLine::body)
                  .toList()
                  .indexOf(new Event.StepBegan("gw1", "observe"));
      Trial.Outcome outcome =
          trial.killed(new Trial.Kill(new Death.AfterLine(observing), Duration.ofSeconds(5))).run();
      Fixture.empty(folder);
      assertThat(Laws.brokenBy(outcome)).isEmpty();
      assertThat(outcome.began()).isEqualTo(2);
      assertThat(outcome.result())
          .contains(after == Client.Behaviour.WORKS ? Result.DONE : Result.ROLLED_BACK);
      assertThat(probe(outcome).orElseThrow().says())
          .isEqualTo(after == Client.Behaviour.WORKS ? "pass" : "fail");
    }
  }

  private static double seconds(Event.Gate gate, String name) {
    String text = gate.thresholds().getOrDefault(name, "");
    return Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }
}
