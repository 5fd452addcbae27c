package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.refused;
import static dev.backstay.snapshot.Controller.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a vault can be wrong has a name of its own. */
final class ChainTest {
  private static final String FILE = "gateways/gw1/files/etc/wireguard/wg0.conf.age";

  @TempDir private Path folder;
  private Controller one = Controller.none();
  private String first = "";
  private String second = "";

  @BeforeEach
  void vault() {
    one = Controller.made(folder.resolve("one"));
    first = one.save("gw1", "first");
    one.save("gw2", "b");
    second = one.save("gw1", "second");
  }

  private Path object(String id) {
    return one.place()
        .repository()
        .resolve("objects")
        .resolve(id.substring(0, 2))
        .resolve(id.substring(2));
  }

  /** Writes over the loose object of a name. */
  private void damage(String name) throws IOException {
    Path file = object(one.git("rev-parse", name));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  private void remove(String name) throws IOException {
    Files.delete(object(one.git("rev-parse", name)));
  }

  @Test
  void a_whole_history_is_told_with_its_numbers() {
    assertThat(one.vault().verifyChain()).isEqualTo(new Chain(second, 4, 3));
  }

  @Test
  void a_commit_in_the_middle_that_nobody_signed() {
    String forged = one.unsigned();
    one.signOver("gw1: on top of it");
    refused(() -> one.open().verifyChain()).containsExactly("signature-invalid");
    assertThat(one.git("rev-parse", "main~1")).isEqualTo(forged);
  }

  @Test
  void a_file_of_an_old_snapshot_that_is_missing_or_a_commit_or_a_tree() throws IOException {
    remove(first + ":" + FILE);
    refused(() -> one.vault().verifyChain()).containsExactly("blob-missing");
    remove(first + "^{tree}");
    refused(() -> one.vault().verifyChain()).contains("vault-corrupt");
    remove(first);
    refused(() -> one.vault().verifyChain()).contains("vault-corrupt");
  }

  @Test
  void a_file_that_is_cut_off() throws IOException {
    Path file = object(one.git("rev-parse", "main:" + FILE));
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    refused(() -> one.vault().verify("main", "gw1", one.identity()))
        .containsExactly("blob-corrupt");
    refused(() -> one.vault().verify("main", "gw1", Optional.empty()))
        .containsExactly("blob-corrupt");
  }

  @Test
  void a_damaged_manifest_of_an_old_snapshot() throws IOException {
    damage(first + ":gateways/gw1/manifest");
    refused(() -> one.vault().verifyChain()).containsExactly("vault-corrupt");
  }

  @Test
  void a_manifest_that_does_not_name_what_is_beside_it_although_it_is_signed() {
    Path work = folder.resolve("work");
    run("git", "clone", "-q", one.place().repository().toString(), work.toString());
    String git = work.toString();
    run("git", "-C", git, "rm", "-q", FILE);
    String tree = run("git", "-C", git, "write-tree");
    run("git", "-C", git, "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "-m", "x");
    one.git("fetch", "-q", git, "HEAD");
    one.signTree(tree, "gw1: cut");
    refused(() -> one.open().verifyChain()).containsExactly("vault-corrupt");
  }

  @Test
  void an_older_head_that_was_put_back() {
    one.git("update-ref", "refs/heads/main", first);
    refused(() -> one.open().verifyChain()).containsExactly("vault-went-back");
    refused(() -> one.open().verifySample(5, 1, one.identity())).containsExactly("vault-went-back");
  }

  @Test
  void a_git_repository_that_is_no_vault() throws IOException {
    Path code = folder.resolve("code");
    run("git", "init", "-q", "--initial-branch=main", code.toString());
    run(
        "git",
        "-C",
        code.toString(),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "code");
    Files.move(one.place().repository(), folder.resolve("away"));
    Files.move(code.resolve(".git"), one.place().repository());
    refused(() -> one.open()).containsExactly("vault-foreign");
  }

  @Test
  void a_work_tree_is_never_looked_at() throws IOException {
    Path bare = folder.resolve("bare");
    Files.move(one.place().repository(), bare);
    run("git", "clone", "-q", bare.toString(), one.place().repository().toString());
    Files.writeString(one.place().repository().resolve("recipients"), "age1nobody\n");
    Files.writeString(one.place().repository().resolve("stray"), "x");
    Vault vault = one.open();
    assertThat(vault.status().workTree()).isTrue();
    assertThat(vault.verifyChain().tip()).isEqualTo(second);
    String commit = one.save("gw1", "third");
    assertThat(vault.verify(commit, "gw1", one.identity())).isInstanceOf(ReadBack.Decrypted.class);
    // A clone has a remote, where it comes from.
    assertThat(vault.settle(Duration.ofSeconds(30))).isTrue();
    assertThat(run("git", "-C", bare.toString(), "rev-parse", "main")).isEqualTo(commit);
  }

  @Test
  void a_sample_decrypts_what_its_seed_chooses() throws IOException {
    one.save("gw3", Map.of("a", "1", "b", "2", "c", "3"));
    assertThat(one.vault().verifySample(2, 7, one.identity()))
        .isEqualTo(new Sampled(one.tip(), 7, 2, 5));
    assertThat(one.vault().verifySample(100, 7, one.identity()).files()).isEqualTo(5);
    refused(() -> one.vault().verifySample(2, 7, Optional.empty()))
        .containsExactly("identity-missing");
    Path other = folder.resolve("other");
    run("age-keygen", "-o", other.toString());
    refused(() -> one.vault().verifySample(2, 7, Optional.of(Identity.read(other))))
        .containsExactly("identity-wrong", "identity-wrong");
    damage("main:" + FILE);
    refused(() -> one.vault().verifySample(100, 7, one.identity())).containsExactly("blob-corrupt");
    assertThat(outcomes()).contains(true, false).isEqualTo(outcomes());
  }

  /** Whether a sample of one meets the damaged file, for each of some seeds. */
  private List<Boolean> outcomes() {
    List<Boolean> met = new ArrayList<>();
    for (long seed = 0; seed < 20; seed++) {
      try {
        one.vault().verifySample(1, seed, one.identity());
        met.add(false);
      } catch (ProblemException damaged) {
        met.add(true);
      }
    }
    return met;
  }

  @Test
  void who_took_a_snapshot_why_and_for_which_rollout_is_told() {
    Saved saved =
        one.vault()
            .save(
                "gw1",
                Controller.capture(one.now(), Map.of("a", "third")),
                Reason.beforeRollout("module-1.0.1-20260131-100000"));
    assertThat(one.vault().list().getFirst()).isEqualTo(saved.snapshot());
    assertThat(saved.snapshot().rollout()).contains("module-1.0.1-20260131-100000");
    assertThat(saved.snapshot().reason()).isEqualTo("before rollout module-1.0.1-20260131-100000");
    assertThat(saved.snapshot().signer()).contains("backstay");
    assertThat(one.git("log", "-1", "--format=%an <%ae>")).isEqualTo(saved.snapshot().author());
    assertThat(one.git("log", "-1", "--format=%(trailers:key=Rollout,valueonly)"))
        .isEqualTo("module-1.0.1-20260131-100000");
  }

  @Test
  void the_author_is_who_git_would_name() {
    assertThat(Author.from(Map.of(), "root", "ops1")).isEqualTo(new Author("root", "root@ops1"));
    assertThat(Author.from(Map.of("SUDO_USER", "ann"), "root", "ops1"))
        .isEqualTo(new Author("ann", "ann@ops1"));
    assertThat(
            Author.from(
                Map.of("GIT_AUTHOR_NAME", "Ann B", "GIT_AUTHOR_EMAIL", "ann@example.net"),
                "root",
                "ops1"))
        .isEqualTo(new Author("Ann B", "ann@example.net"));
  }
}
