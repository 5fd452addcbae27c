package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.KnownGoodText;
import dev.backstay.knowngood.Platform;
import dev.backstay.knowngood.Proven;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.snapshot.EvidenceArchive;
import dev.backstay.snapshot.EvidenceName;
import dev.backstay.snapshot.Vault;
import dev.backstay.snapshot.VaultPlace;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What is left of a rollout, as a person gets at it. */
final class RecordCommandTest {
  private static final String ROLLOUT = "module-1";

  @TempDir private Path folder;
  private Workplace here = Workplace.notMade(Path.of(""));

  @BeforeEach
  void make() {
    here = Workplace.made(folder.resolve("here"));
    Path file = here.path(".backstay/rollouts/" + ROLLOUT + "/journal.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC(), line -> {})) {
      journal.append(
          new Event.Started(
              Journal.FORMAT, ROLLOUT, "module", "hash", List.of(List.of("gw1")), 1, "anna@ops"));
      journal.append(new Event.StepBegan("gw1", "apply"));
      journal.append(new Event.StepEnded("gw1", "apply", "failed", "<b>no</b>", Map.of()));
      journal.append(new Event.GatewayEnded("gw1", "reverted", "fail"));
      journal.append(new Event.Ended(Result.ROLLED_BACK, "gw1: fail"));
    }
  }

  private static Seen done(Seen seen) {
    assertThat(seen.status()).as(seen.err()).isZero();
    return seen;
  }

  private void keep(String take, String journal) throws IOException {
    Path parts = Files.createDirectories(folder.resolve("parts"));
    Files.writeString(parts.resolve("journal"), journal);
    Files.writeString(parts.resolve("cut"), "journal\n");
    Path tar = folder.resolve("parts.tar");
    Programs.run("tar", "-C", parts.toString(), "-cf", tar.toString(), "journal", "cut");
    Vault.open(VaultPlace.in(here.path("")), Clock.systemUTC(), new SecureRandom())
        .keepEvidence(
            new EvidenceName(ROLLOUT, "gw1"),
            take,
            "6.12.0",
            EvidenceArchive.of(
                Files.readAllBytes(tar),
                Map.of("observations", "{\"v\":1}\n".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void evidence_is_listed_without_an_identity_and_shown_part_by_part_with_one() throws IOException {
    keep("at-failure", "it broke \u001b[2Jhere");
    keep("after-revert", "it is back");
    assertThat(done(here.run("evidence", "--identity", "absent")).out())
        .containsPattern("module-1 +gw1 +after-revert 1 KiB  at-failure 1 KiB")
        .hasLineCount(1);
    assertThat(done(here.run("evidence", ROLLOUT, "gw1")).out())
        .containsPattern("at-failure +journal +\\d+ bytes \\(its end; there was more\\)")
        .containsPattern("after-revert +observations +8 bytes\n");
    assertThat(done(here.run("evidence", ROLLOUT, "gw1", "journal", "--take", "at-failure")).out())
        .isEqualTo("== at-failure, journal (its end; there was more)\nit broke \uFFFD[2Jhere\n");
    assertThat(done(here.run("evidence", ROLLOUT, "gw1", "all")).out())
        .contains("it is back", "{\"v\":1}");
    assertThat(
            JsonMapper.shared()
                .readTree(done(here.run("evidence", "--json")).out())
                .path("takes")
                .path("at-failure")
                .isNumber())
        .isTrue();
  }

  @Test
  void evidence_that_is_not_there_is_told_with_where_to_look() throws IOException {
    assertThat(done(here.run("evidence")).out()).isEmpty();
    assertThat(here.refused("evidence", ROLLOUT, "gw1").err())
        .contains("nothing was kept of 'gw1' in this rollout", "'backstay evidence' lists");
    keep("at-failure", "x");
    assertThat(here.refused("evidence", ROLLOUT, "gw1", "jornal").err())
        .contains("nothing of that name was kept", "backstay evidence module-1 gw1 lists");
  }

  @Test
  void evidence_is_verified_and_pruned_with_the_snapshots() throws IOException {
    keep("at-failure", "x");
    assertThat(done(here.run("snapshot", "verify")).out())
        .contains("1 files decrypted and compared", "(evidence of module-1)");
    assertThat(
            done(here.run(
                    "snapshot", "prune", "--keep-last", "9", "--keep-evidence", "0", "--dry-run"))
                .out())
        .contains("evidence of module-1 would go");
    assertThat(
            done(here.run("snapshot", "prune", "--keep-last", "9", "--keep-evidence", "0")).out())
        .contains("evidence of module-1 gone");
    assertThat(done(here.run("evidence")).out()).isEmpty();
    done(here.run("snapshot", "verify"));
  }

  @Test
  void the_evidence_of_a_rollout_that_has_not_ended_is_spared() throws IOException {
    keep("at-failure", "x");
    Path journal = here.path(".backstay/rollouts/" + ROLLOUT + "/journal.jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, 3)) + "\n");
    assertThat(
            done(here.run("snapshot", "prune", "--keep-last", "9", "--keep-evidence", "0")).out())
        .contains("Nothing to remove.");
  }

  @Test
  void a_report_goes_to_a_file_whole_in_the_form_that_was_asked_for() throws IOException {
    here.write(
        ".backstay/rollouts/" + ROLLOUT + "/undelivered.jsonl",
        "{\"target\":\"pager\",\"tries\":2,\"why\":\"gone\",\"message\":{\"event\":\"ended\"}}\ntorn");
    Path file = here.path("report.html");
    assertThat(done(here.run("report", "--format", "html", "-o", file.toString())).out()).isEmpty();
    String page = Files.readString(file);
    assertThat(page).contains("&lt;b&gt;no&lt;/b&gt;");
    assertThat(Jsoup.parse(page).select("#undelivered li").eachText())
        .containsExactly("pager was not told \"ended\" (2 tries): gone");
    assertThat(done(here.run("report", "--format", "markdown")).out()).startsWith("# Rollout");
    assertThat(
            JsonMapper.shared()
                .readTree(done(here.run("report", "--format", "json")).out())
                .path("rollout")
                .path("exitStatus")
                .intValue())
        .isEqualTo(3);
    assertThat(done(here.run("report")).out()).contains("Exit status 3.");
    Seen refused = here.refused("report", "--format", "pdf");
    assertThat(refused.err()).contains("text, markdown, html, json");
    assertThat(refused.status()).isEqualTo(64);
    assertThat(here.refused("report", "-o", here.path("no/where").toString()).status()).isOne();
  }

  @Test
  void rollouts_are_told_to_programs_too() {
    assertThat(
            JsonMapper.shared()
                .readTree(done(here.run("rollouts", "--json")).out())
                .path("gateways")
                .path("reverted")
                .intValue())
        .isOne();
  }

  @Test
  void known_regressions_are_listed_and_one_is_told_whole() {
    assertThat(done(here.run("regressions")).out())
        .startsWith("Plans are held against these:\n  threaded-napi-stall ")
        .contains("No fact of a gateway shows these:\n  android-16-app-update ");
    assertThat(done(here.run("regressions", "udp-gro-old-kernels")).out())
        .isEqualTo(
            """
            udp-gro-old-kernels
              what     receive offload of UDP is faulty in old kernels
              shows    data of userspace implementations is lost
              do       take 0.0.20250522 or later, which leaves it off there
              source   wireguard-go commit c92064f
            """);
    assertThat(
            JsonMapper.shared()
                .readTree(done(here.run("regressions", "udp-gro-old-kernels", "--json")).out())
                .path("inPlans")
                .booleanValue())
        .isTrue();
    assertThat(here.refused("regressions", "udp").err())
        .contains("there is none named \"udp\"")
        .contains("backstay regressions lists them");
  }

  @Test
  void what_is_known_to_be_good_is_shown_and_an_edited_file_is_checked() {
    assertThat(done(here.run("known-good")).out()).startsWith("Nothing is known to be good yet");
    Platform platform = new Platform("debian-12", "6.12", "x86_64", "dkms");
    KnownGood known =
        KnownGood.NOTHING.with(
            platform,
            new Proven(
                "2026-11-25T03:00:00Z",
                ROLLOUT,
                "6.12.43",
                "",
                new TreeMap<>(Map.of("wireguard-dkms", "1.0.1")),
                new TreeMap<>(Map.of("gw1", new TreeMap<>()))));
    here.write("known-good.yaml", KnownGoodText.yaml(known));
    assertThat(done(here.run("known-good")).out())
        .isEqualTo(
            """
            debian-12/6.12/x86_64/dkms
              wireguard-dkms               1.0.1
              proved by module-1 at 2026-11-25T03:00:00Z on gw1
            """);
    assertThat(done(here.run("known-good", "--yaml")).out()).isEqualTo(KnownGoodText.yaml(known));
    assertThat(done(here.run("known-good", "--json")).out()).isEqualTo(KnownGoodText.json(known));
    here.write("known-good.yaml", "kind: KnownGood\nplatforms: [x]\n");
    assertThat(here.refused("known-good").err()).contains("known-good.yaml:2:12: this is a list");
  }
}
