package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.KnownGoodText;
import dev.backstay.knowngood.Platform;
import dev.backstay.knowngood.Proven;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known to be good after a rollout, and the file that says so. */
final class ProofTest {
  private static final Platform DEBIAN = new Platform("debian-12", "6.12", "x86_64", "dkms");

  @TempDir private Path folder;

  private static Event confirmed(String gateway, String version, String... more) {
    Map<String, String> facts =
        new HashMap<>(
            Map.of(
                "os", "debian-12",
                "kernel", "6.12.43-1-amd64",
                "architecture", "x86_64",
                "wireguard", "dkms",
                "module", "4B296AD2DF2AFD786074497",
                "package wireguard-dkms", version,
                "config wg0", "ab".repeat(32)));
    for (int i = 0; i < more.length; i += 2) {
      facts.put(more[i], more[i + 1]);
    }
    return new Event.StepEnded(gateway, "confirm", "done", "the gateway says confirmed", facts);
  }

  private static List<JournalLine> journal(String id, Result result, Event... events) {
    List<Event> all = new ArrayList<>();
    all.add(
        new Event.Started(
            Journal.FORMAT, id, "module", "hash", List.of(List.of("gw1", "gw2")), 1, "anna@ops"));
    all.addAll(List.of(events));
    all.add(new Event.Ended(result, "why"));
    List<JournalLine> lines = new ArrayList<>();
    for (Event event : all) {
      lines.add(
          new JournalLine(lines.size() + 1L, Instant.parse("2026-11-25T03:00:00Z"), "0", event));
    }
    return lines;
  }

  private static KnownGood after(String id, String version) {
    return Proof.after(KnownGood.NOTHING, journal(id, Result.DONE, confirmed("gw1", version)));
  }

  @Test
  void a_rollout_that_ended_well_proves_what_its_gateways_told() {
    KnownGood known =
        Proof.after(
            KnownGood.NOTHING,
            journal("r-1", Result.DONE, confirmed("gw1", "1.0.1"), confirmed("gw2", "1.0.1")));
    Proven proven = known.of(DEBIAN).orElseThrow();
    assertThat(proven.packages()).containsExactlyEntriesOf(Map.of("wireguard-dkms", "1.0.1"));
    assertThat(proven.rollout()).isEqualTo("r-1");
    assertThat(proven.gateways()).containsOnlyKeys("gw1", "gw2");
    assertThat(proven.gateways().get("gw1")).containsEntry("wg0", "ab".repeat(32));
  }

  @Test
  void what_was_rolled_back_or_only_partly_done_proves_nothing() {
    for (Result result : Result.values()) {
      KnownGood known =
          Proof.after(KnownGood.NOTHING, journal("r-1", result, confirmed("gw1", "1.0.1")));
      assertThat(known.platforms().isEmpty()).isEqualTo(result != Result.DONE);
    }
    List<JournalLine> open = journal("r-1", Result.DONE, confirmed("gw1", "1.0.1"));
    assertThat(Proof.after(KnownGood.NOTHING, open.subList(0, 2)).platforms()).isEmpty();
  }

  @Test
  void a_gateway_that_was_taken_back_later_and_one_that_did_not_tell_prove_nothing() {
    KnownGood known =
        Proof.after(
            KnownGood.NOTHING,
            journal(
                "r-1",
                Result.DONE,
                confirmed("gw1", "1.0.1"),
                new Event.GatewayEnded("gw1", "reverted", "why"),
                confirmed("gw2", "1.0.1", "kernel", "")));
    assertThat(known.platforms()).isEmpty();
  }

  @Test
  void versions_that_gateways_of_one_platform_do_not_agree_on_are_left_out() {
    KnownGood known =
        Proof.after(
            KnownGood.NOTHING,
            journal(
                "r-1",
                Result.DONE,
                confirmed("gw1", "1.0.1", "package wireguard-tools", "1.0.1"),
                confirmed("gw2", "1.0.1", "package wireguard-tools", "1.0.2")));
    assertThat(known.of(DEBIAN).orElseThrow().packages()).containsOnlyKeys("wireguard-dkms");
  }

  @Test
  void the_newest_stands_first_and_those_before_it_are_kept_for_the_way_back() {
    KnownGood known = after("r-1", "1.0.1");
    for (int i = 2; i < 9; i++) {
      known = Proof.after(known, journal("r-" + i, Result.DONE, confirmed("gw1", "1.0." + i)));
    }
    known = Proof.after(known, journal("r-8", Result.DONE, confirmed("gw1", "1.0.8")));
    assertThat(known.platforms().get(DEBIAN))
        .extracting(Proven::rollout)
        .containsExactly("r-8", "r-7", "r-6", "r-5", "r-4");
    assertThat(known.otherThan(DEBIAN, Map.of("wireguard-dkms", "1.0.8")).orElseThrow().rollout())
        .isEqualTo("r-7");
    assertThat(known.of(new Platform("debian-13", "6.12", "x86_64", "dkms"))).isEmpty();
  }

  @Test
  void the_file_is_read_back_as_it_was_written_and_versions_stay_texts() throws IOException {
    KnownGood known =
        Proof.after(after("r-1", "1.10"), journal("r-2", Result.DONE, confirmed("gw1", "1.20")));
    Path file = Files.writeString(folder.resolve("known-good.yaml"), KnownGoodText.yaml(known));
    assertThat(KnownGood.read(file)).isEqualTo(known);
    assertThat(Files.readString(file))
        .startsWith("# Versions that a confirmed rollout has proved")
        .contains("wireguard-dkms: \"1.20\"", "earlier:");
    assertThat(KnownGoodText.json(known)).contains("\"debian-12/6.12/x86_64/dkms\"");
    assertThat(KnownGood.read(folder.resolve("absent"))).isEqualTo(KnownGood.NOTHING);
  }

  @Test
  void a_file_that_was_edited_wrongly_is_told_with_its_places() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("known-good.yaml"),
            """
            kind: KnownGood
            platforms:
              debian: {since: "2026-11-25T03:00:00Z", rollout: r-1, kernel: "6.12", packages: [x]}
            """);
    assertThatThrownBy(() -> KnownGood.read(file))
        .isInstanceOfSatisfying(
            ProblemException.class, wrong -> assertThat(wrong.problems()).hasSize(2));
  }
}
