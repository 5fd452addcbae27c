package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.CapturedFile;
import dev.backstay.snapshot.Facts;
import dev.backstay.snapshot.Reason;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.Vault;
import dev.backstay.snapshot.VaultPlace;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vault's commands, as a person meets them. */
final class VaultCommandTest {
  @TempDir private Path folder;
  private Workplace here = Workplace.notMade(Path.of(""));

  @BeforeEach
  void make() {
    here = Workplace.made(folder.resolve("here"));
  }

  private String save(String time, String gateway, String text, Reason reason) {
    Instant at = Instant.parse(time);
    TreeMap<String, CapturedFile> files = new TreeMap<>();
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    files.put(
        "etc/wireguard/wg0.conf", new CapturedFile(SecretBytes.owning(content), 0600, "root:root"));
    Capture capture = new Capture(at, files, Facts.ofKernel("6.1.0"));
    return Vault.open(
            VaultPlace.in(here.path("")), Clock.fixed(at, ZoneOffset.UTC), new SecureRandom())
        .save(gateway, capture, reason)
        .snapshot()
        .commit();
  }

  private void threeSnapshots() {
    save("2026-01-05T08:00:00Z", "gw1", "one", Reason.of("by hand"));
    save(
        "2026-01-06T08:00:00Z", "gw2", "two", Reason.beforeRollout("module-1.0.1-20260106-080000"));
    save("2026-01-07T08:00:00Z", "gw1", "three", Reason.of("by hand"));
  }

  private Path remote() {
    Path remote = folder.resolve("remote.git");
    Programs.run("git", "init", "-q", "--bare", "--initial-branch=main", remote.toString());
    return remote;
  }

  private static Seen done(Seen seen) {
    assertThat(seen.status()).as(seen.err()).isZero();
    return seen;
  }

  @Test
  void a_list_tells_when_which_gateway_who_and_why_and_can_be_narrowed() {
    threeSnapshots();
    assertThat(done(here.run("snapshot", "list")).out().lines())
        .hasSize(3)
        .first()
        .asString()
        .matches("2026-01-07T08:00:00Z +gw1 +[0-9a-f]{10} +\\S+@\\S+, signed by backstay +by hand");
    assertThat(done(here.run("snapshot", "list", "--gateway", "gw2")).out())
        .contains("before rollout module-1.0.1-20260106-080000")
        .hasLineCount(1);
    assertThat(done(here.run("snapshot", "list", "--since", "2026-01-06")).out()).hasLineCount(2);
    assertThat(done(here.run("snapshot", "list", "--since", "1h")).out()).isEmpty();
    assertThat(done(here.run("snapshot", "list", "--json", "--gateway", "gw2")).out())
        .contains("\"rollout\":\"module-1.0.1-20260106-080000\"", "\"signer\":\"backstay\"");
    assertThat(here.refused("snapshot", "list", "--since", "yesterday").err())
        .contains("'yesterday' is no time", "hint: write a day");
  }

  @Test
  void a_remote_is_named_pushed_to_looked_at_and_forgotten() throws IOException {
    threeSnapshots();
    Path remote = remote();
    assertThat(done(here.run("vault", "status")).out()).contains("remote       none");
    assertThat(done(here.run("vault", "remote", remote.toString())).out())
        .contains("4 commits pushed to " + remote);
    assertThat(done(here.run("vault", "status")).out()).contains("has everything");
    assertThat(done(here.run("vault", "push")).out()).contains("has everything, up to commit");

    Path away = folder.resolve("away");
    Files.move(remote, away);
    save("2026-01-08T08:00:00Z", "gw1", "four", Reason.of("by hand"));
    Seen verified = done(here.run("snapshot", "verify"));
    assertThat(verified.err()).contains("1 commit not at the remote yet: remote-unreachable");
    assertThat(here.run("vault", "status").status()).isEqualTo(2);
    assertThat(here.run("vault", "status").out()).contains("1 ahead, 0 behind", "pending since");
    Seen refused = here.run("vault", "push");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("the remote cannot be read or written", "backstay vault push");

    Files.move(away, remote);
    assertThat(done(here.run("snapshot", "verify")).err()).isEmpty();
    assertThat(done(here.run("vault", "status", "--json")).out()).contains("\"ahead\":0");
    assertThat(done(here.run("vault", "remote")).out())
        .isEqualToIgnoringNewLines(remote.toString());
    done(here.run("vault", "remote", "--none"));
    assertThat(done(here.run("vault", "remote")).out()).isEqualToIgnoringNewLines("none");
    assertThat(here.refused("vault", "push").err()).contains("the vault has no remote");
  }

  @Test
  void verify_looks_through_the_history_and_a_sample_repeats_itself() {
    threeSnapshots();
    assertThat(done(here.run("snapshot", "verify")).out())
        .containsPattern("history +[0-9a-f]{10} +4 commits signed, 3 snapshots in them")
        .contains("1 files decrypted and compared");
    Seen sample = done(here.run("snapshot", "verify", "--sample", "1", "--seed", "7"));
    assertThat(sample.out()).contains("signed; 1 of 2 files decrypted and compared (--seed 7)");
    assertThat(done(here.run("snapshot", "verify", "--sample")).out()).contains("2 of 2 files");
    assertThat(here.refused("snapshot", "verify", "gw9").err())
        .contains("there is no snapshot of this gateway");
  }

  @Test
  void a_prune_says_what_would_go_and_spares_what_an_open_rollout_needs() throws IOException {
    for (int day = 1; day <= 6; day++) {
      save("2026-01-0%dT08:00:00Z".formatted(day), "gw1", "day " + day, Reason.of("daily"));
    }
    String held =
        done(here.run("snapshot", "list", "--since", "2026-01-02", "--json"))
            .out()
            .lines()
            .toList()
            .getLast()
            .replaceFirst(".*\"commit\":\"([0-9a-f]{40})\".*", "$1");
    here.openRollout("module-20260102-080000", "gw1", held);
    assertThat(here.refused("snapshot", "prune").err()).contains("nothing says what to keep");
    assertThat(done(here.run("snapshot", "prune", "--keep-last", "2", "--dry-run")).out())
        .containsPattern("gw1 +3 stay +3 would go")
        .contains("Nothing was changed");
    assertThat(done(here.run("snapshot", "prune", "--keep-last", "2")).out())
        .containsPattern("gw1 +3 stay +3 gone");
    assertThat(done(here.run("snapshot", "list")).out()).hasLineCount(3);
    assertThat(done(here.run("snapshot", "show", "gw1", held)).out()).contains("gateway gw1");
    assertThat(done(here.run("snapshot", "prune", "--keep-last", "3")).out())
        .contains("Nothing to remove.");
    done(here.run("snapshot", "verify"));

    here.write(".backstay/rollouts/damaged/journal.jsonl", "no journal\n");
    assertThat(here.refused("snapshot", "prune", "--keep-last", "1").err())
        .contains("this line is not the one that was written here");
  }
}
