package dev.backstay.report;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real journal, written and read back, whose author sets the clock. */
final class Tale {
  private static final Instant BEGIN = Instant.parse("2026-11-25T03:00:00Z");

  /** What somebody would have to be careful with in every format. */
  static final String NASTY = "</td><script>alert(1)</script>&amp; | `x` *y* \u001b[31m\u202eevil";

  private final List<Event> events = new ArrayList<>();
  private final List<Instant> times = new ArrayList<>();

  Tale at(double seconds, Event event) {
    events.add(event);
    times.add(BEGIN.plusMillis(Math.round(seconds * 1000)));
    return this;
  }

  Tale step(double from, double to, String gateway, String step, String detail) {
    return step(from, to, gateway, step, "done", detail, Map.of());
  }

  Tale step(
      double from,
      double to,
      String gateway,
      String step,
      String result,
      String detail,
      Map<String, String> facts) {
    at(from, new Event.StepBegan(gateway, step));
    return at(to, new Event.StepEnded(gateway, step, result, detail, facts));
  }

  /** A good canary, and a second wave in which one of two gateways loses clients. */
  static Tale taken(String detail) {
    String peer = "0VCjJY/vE9cfXg2rSkqVB9zjc5gFCXv2xJCPwpwLN2Q=";
    Tale tale =
        new Tale()
            .at(
                0,
                new Event.Started(
                    Journal.FORMAT,
                    "module-1.1.1-20261125-030000",
                    "module-1.1.1",
                    "ab".repeat(32),
                    List.of(List.of("gw1"), List.of("gw2", "gw3"), List.of("gw4")),
                    1,
                    "anna@ops"))
            .at(0.1, new Event.WaveStarted(1, List.of("gw1")));
    tale.upToObserve(0.2, "gw1", detail)
        .at(
            95,
            new Event.Judged(
                "gw1",
                "pass",
                List.of("all back"),
                Map.of("back", 20, "failed", 0),
                List.of(),
                List.of(),
                List.of()))
        .at(95.1, new Event.WaveJudged(1, true, "every gateway passed"))
        .step(95.2, 96.4, "gw1", "confirm", "the gateway says confirmed")
        .at(96.5, new Event.GatewayEnded("gw1", "confirmed", "pass: all back"))
        .at(97, new Event.WaveStarted(2, List.of("gw2", "gw3")));
    tale.upToObserve(97.2, "gw2", detail);
    return tale.at(
            191,
            new Event.Judged(
                "gw2",
                "fail",
                List.of("2 of 20 clients failed"),
                Map.of("back", 18, "failed", 2),
                List.of(
                    new Event.Missing(
                        "wg0",
                        peer,
                        "198.18.0.21:40001",
                        "failed",
                        Optional.of(BEGIN.minusSeconds(31)),
                        "rejected",
                        "compare keys"),
                    new Event.Missing(
                        "wg0",
                        peer,
                        "",
                        detail.isEmpty() ? "failed" : detail,
                        Optional.empty(),
                        detail,
                        detail)),
                List.of(
                    new Event.Gate(
                        "handshakes",
                        "fail",
                        20,
                        2,
                        "exact binomial",
                        Optional.of(0.0045),
                        Optional.of(0.283),
                        Map.of("broken", "5%", "healthy", "0.5%" + detail),
                        "2 of 20 clients failed" + detail)),
                List.of(new Event.Due(11, 20, 2))))
        .at(191.1, new Event.StepBegan("gw3", "preflight"))
        .at(
            191.2,
            new Event.StepEnded(
                "gw3", "preflight", "failed", "the lock is held " + detail, Map.of()))
        .at(191.3, new Event.WaveJudged(2, false, "gw2: fail: 2 of 20 clients failed"))
        .step(
            191.4,
            203,
            "gw2",
            "revert",
            "done",
            "old state read back; 20 of 20 clients back within 0.7 s",
            Map.of(
                "revert-begin",
                "400.0",
                "revert-cut-begin",
                "405.5",
                "revert-cut-end",
                "406.25",
                "revert-end",
                "407.0"))
        .at(
            203.5,
            new Event.EvidenceKept(
                "gw2",
                "at-failure",
                "0123456789abcdef".repeat(2) + "01234567",
                40_000,
                List.of("journal")))
        .at(203.6, new Event.EvidenceNotKept("gw2", "after-revert", "the vault is full " + detail))
        .at(204, new Event.GatewayEnded("gw2", "reverted", "fail: 2 of 20 clients failed"))
        .at(204.1, new Event.GatewayEnded("gw3", "unchanged", "preflight: the lock is held"))
        .step(205, 215, "gw1", "revert", "old state read back")
        .at(215.1, new Event.GatewayEnded("gw1", "reverted", "wave 2 failed"))
        .at(215.2, new Event.Ended(Result.ROLLED_BACK, "gw2: fail: 2 of 20 clients failed"));
  }

  private Tale upToObserve(double at, String gateway, String detail) {
    return step(at, at + 1.5, gateway, "preflight", "wireguard-dkms 1.0.0 → 1.1.1 " + detail)
        .step(at + 1.6, at + 3, gateway, "baseline", "watching wg0")
        .step(at + 3.1, at + 5, gateway, "snapshot", "saved 46586c080d, 9 files decrypted")
        .step(at + 5.1, at + 12, gateway, "stage", "2 package files on the gateway's disk")
        .step(at + 12.1, at + 24, gateway, "arm", "20 active clients; dead-man armed")
        .step(
            at + 24.1,
            at + 38,
            gateway,
            "apply",
            "done",
            "installed; interfaces were away for 0.75 s",
            Map.of("install-begin", "300.0", "cut-begin", "310.5", "cut-end", "311.25"))
        .step(at + 38.1, at + 40, gateway, "reachable", "a new connection was accepted")
        .step(at + 40.1, at + 93, gateway, "observe", "told " + detail);
  }

  List<JournalLine> written(Path folder) {
    Path file = folder.resolve("journal.jsonl");
    int[] next = {0};
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return times.get(next[0]++);
          }
        };
    try (Journal journal = Journal.create(file, clock, line -> {})) {
      events.forEach(journal::append);
    }
    return Journal.read(file);
  }

  Story story(Path folder) {
    return Story.of(written(folder), result -> result == Result.ROLLED_BACK ? 3 : 0);
  }

  static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
