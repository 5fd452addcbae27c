package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence in a real vault: real Git, real age. */
final class EvidenceTest {
  private static final EvidenceName GW2 = new EvidenceName("module-1.1.1-20260105-080000", "gw2");
  private static final String ACCIDENT = "PresharedKey = a-secret-that-somebody-logged";

  @TempDir private Path folder;
  private Controller one = Controller.none();

  @BeforeEach
  void make() {
    one = Controller.made(folder.resolve("one"));
  }

  /** As a gateway sends it. */
  private static byte[] tar(Map<String, String> parts) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    parts.forEach((name, text) ->
        files.put(
            name,
            new CapturedFile(
                SecretBytes.owning(text.getBytes(StandardCharsets.UTF_8)), 0600, "root:root")));
    return Tarball.write(files);
  }

  private KeptEvidence.Commit keep(EvidenceName name, String take, String journal) {
    return one.vault()
        .keepEvidence(
            name,
            take,
            "6.12.0",
            EvidenceArchive.of(
                tar(Map.of("journal", journal, "cut", "journal\n")),
                Map.of("observations", "{}\n".getBytes(StandardCharsets.UTF_8))));
  }

  private Map<String, String> read(EvidenceName name, String take) {
    Map<String, String> parts = new TreeMap<>();
    SortedMap<String, EvidenceArchive> takes =
        one.vault().readEvidence(name, one.identity().orElseThrow());
    try (EvidenceArchive archive = takes.getOrDefault(take, takes.firstEntry().getValue())) {
      archive
          .parts()
          .forEach((part, text) ->
              parts.put(part, text.read(bytes -> new String(bytes, StandardCharsets.UTF_8))));
    }
    return parts;
  }

  @Test
  void what_is_kept_comes_back_part_by_part_and_the_second_look_stands_beside_the_first() {
    keep(GW2, "at-failure", "before");
    KeptEvidence.Commit second = keep(GW2, "after-revert", "after");
    assertThat(read(GW2, "at-failure"))
        .containsEntry("journal", "before")
        .containsEntry("observations", "{}\n");
    assertThat(read(GW2, "after-revert")).containsEntry("journal", "after");
    assertThat(one.vault().evidence())
        .singleElement()
        .satisfies(kept -> {
          assertThat(kept.name()).isEqualTo(GW2);
          assertThat(kept.takes()).containsOnlyKeys("at-failure", "after-revert");
          assertThat(kept.takes()).containsEntry("after-revert", second.bytes());
        });
    assertThat(one.vault().list()).as("evidence is no snapshot").isEmpty();
  }

  @Test
  void git_and_age_alone_recover_it() {
    keep(GW2, "at-failure", "it broke");
    String text =
        Programs.run(
            "sh",
            "-c",
            "git clone -q \"$1\" \"$2\" 2>/dev/null && age -d -i \"$3\" \"$2\"/evidence/*/gw2/files/*.at-failure.tar.gz.age"
                + " | tar -xzO journal",
            "sh",
            one.place().repository().toString(),
            folder.resolve("recovered").toString(),
            one.identityFile().toString());
    assertThat(text).isEqualTo("it broke");
    String log =
        Programs.run(
            "git", "-C", folder.resolve("recovered").toString(), "log", "-1", "--format=%B");
    assertThat(log)
        .startsWith("gw2: evidence of rollout module-1.1.1-20260105-080000, at-failure")
        .contains("Rollout: module-1.1.1-20260105-080000", "Evidence: gw2");
  }

  @Test
  void what_a_log_held_by_accident_is_in_no_object_of_the_vault() {
    keep(GW2, "at-failure", ACCIDENT);
    assertThat(objects()).doesNotContain("a-secret-that").contains("backstay-manifest");
    assertThat(read(GW2, "at-failure")).containsEntry("journal", ACCIDENT);
  }

  private String objects() {
    return Programs.run(
        "sh",
        "-c",
        "git -C \"$1\" cat-file --batch --batch-all-objects | tr -d '\\000'",
        "sh",
        one.place().repository().toString());
  }

  @Test
  void it_is_part_of_what_is_verified() {
    KeptEvidence.Commit kept = keep(GW2, "at-failure", "x");
    assertThat(one.vault().verifyChain().tip()).isEqualTo(kept.commit());
    assertThat(one.vault().verifyEvidence(GW2, one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    assertThat(one.vault().verifyEvidence(GW2, Optional.empty()))
        .isInstanceOf(ReadBack.StructureOnly.class);
    String blob =
        Programs.run(
                "sh",
                "-c",
                "git -C \"$1\" ls-tree -r main | awk '/tar.gz.age/ { print $3 }'",
                "sh",
                one.place().repository().toString())
            .strip();
    Path object =
        one.place()
            .repository()
            .resolve("objects/" + blob.substring(0, 2) + "/" + blob.substring(2));
    Programs.run("sh", "-c", "rm -f \"$1\"", "sh", object.toString());
    assertThatThrownBy(() -> one.open().verifyChain())
        .hasMessageContaining("is not in the repository");
    assertThatThrownBy(() -> one.open().verifyEvidence(GW2, one.identity()))
        .hasMessageContaining("is not in the repository");
  }

  @Test
  void the_evidence_of_one_rollout_cannot_stand_in_for_that_of_another() {
    DigestKey key = DigestKey.owning(new byte[DigestKey.KEY_BYTES]);
    try (SecretBytes content = SecretBytes.owning(new byte[] {1})) {
      EvidenceName other = new EvidenceName("module-1.1.2-20260105-090000", "gw2");
      assertThat(key.digest("gw2", KeepEvidence.file(GW2, "at-failure"), content))
          .isNotEqualTo(key.digest("gw2", KeepEvidence.file(other, "at-failure"), content));
    }
  }

  @Test
  void new_recipients_can_read_it_too() {
    keep(GW2, "at-failure", "x");
    Path other = folder.resolve("other");
    Programs.run("age-keygen", "-o", other.toString());
    String recipient = Programs.run("age-keygen", "-y", other.toString()).strip();
    one.vault().rekey(List.of(recipient), List.of(), one.identity().orElseThrow());
    assertThat(one.open().verifyEvidence(GW2, Optional.of(Identity.read(other))))
        .isInstanceOf(ReadBack.Decrypted.class);
    keep(GW2, "after-revert", "y");
    assertThat(one.vault().evidence().getFirst().takes()).hasSize(2);
  }

  @Test
  void pruning_takes_that_of_old_rollouts_away_from_every_commit_and_spares_those_held() {
    EvidenceName old = new EvidenceName("r-1", "gw1");
    EvidenceName held = new EvidenceName("r-2", "gw1");
    one.at("2026-01-05T08:00:00Z");
    keep(old, "at-failure", "x");
    one.at("2026-01-06T08:00:00Z");
    keep(held, "at-failure", "x");
    one.at("2026-01-07T08:00:00Z");
    keep(GW2, "at-failure", "x");
    Retention all = new Retention(100, 0, 0, 0);
    EvidenceRetention newest = new EvidenceRetention(1, Set.of("r-2"));
    assertThat(one.vault().prune(all, List.of(), newest, true).evidence()).containsExactly("r-1");
    assertThat(one.vault().evidence()).hasSize(3);
    one.vault().prune(all, List.of(), newest, false);
    assertThat(one.open().evidence()).extracting(KeptEvidence::name).containsExactly(GW2, held);
    one.vault().verifyChain();
    String names =
        Programs.run(
            "sh",
            "-c",
            "git -C \"$1\" log --format= --name-only main",
            "sh",
            one.place().repository().toString());
    assertThat(names).doesNotContain("evidence/r-1/");
    assertThat(one.vault().prune(all, List.of(), EvidenceRetention.ALL, false).evidence())
        .isEmpty();
  }

  @Test
  void what_nobody_kept_is_told_by_name() {
    assertThatThrownBy(() -> one.vault().verifyEvidence(GW2, Optional.empty()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("nothing was kept of 'gw2' in this rollout");
    assertThatThrownBy(() -> new EvidenceRetention(-1, Set.of()))
        .isInstanceOf(ProblemException.class);
  }
}
