package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.emptyRemote;
import static dev.backstay.snapshot.Controller.refused;
import static dev.backstay.snapshot.Controller.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remotes that are folders, with git as the judge; the transports are {@link TransportTest}'s. */
final class RemoteTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Path remote = Path.of("");
  private Controller one = Controller.none();

  @BeforeEach
  void vault() {
    one = Controller.made(folder.resolve("one"));
    remote = emptyRemote(folder.resolve("remote.git"));
  }

  @AfterEach
  void quiet() {
    one.settle();
  }

  private Controller two() {
    return one.second(folder.resolve("two"));
  }

  private String remoteTip() {
    return run("git", "-C", remote.toString(), "rev-parse", "main");
  }

  @Test
  void a_snapshot_is_pushed_by_itself_and_comes_back_from_the_remote_by_git_and_age_alone() {
    one.remote(remote);
    one.save("gw1", "a secret");
    assertThat(one.vault().settle(LONG)).isTrue();
    assertThat(remoteTip()).isEqualTo(one.tip());
    assertThat(one.git("remote", "get-url", "origin")).isEqualTo(remote.toString());

    Path recovered = folder.resolve("recovered");
    run("git", "clone", "-q", remote.toString(), recovered.toString());
    assertThat(
            run(
                "age",
                "-d",
                "-i",
                one.identityFile().toString(),
                recovered.resolve("gateways/gw1/files/etc/wireguard/wg0.conf.age").toString()))
        .isEqualTo("a secret");
  }

  @Test
  void a_push_that_fails_fails_nothing_else_and_is_made_up_for() throws IOException {
    one.remote(remote);
    Path away = folder.resolve("away");
    Files.move(remote, away);
    String commit = one.save("gw1", "a");
    assertThat(one.vault().settle(LONG)).isTrue();
    assertThat(one.vault().verify(commit, "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    VaultStatus.Remote waiting = one.vault().status().remote().orElseThrow();
    assertThat(waiting.ahead()).isEqualTo(1);
    assertThat(waiting.pending().orElseThrow().error()).startsWith("remote-unreachable");
    refused(() -> one.vault().push()).containsExactly("remote-unreachable");
    assertThat(one.vault().status().remote().orElseThrow().pending().orElseThrow().attempts())
        .isEqualTo(2);

    Files.move(away, remote);
    one.open().pushSoon();
    assertThat(one.vault().settle(LONG)).isTrue();
    assertThat(remoteTip()).isEqualTo(commit);
    VaultStatus.Remote done = one.vault().status().remote().orElseThrow();
    assertThat(done.ahead()).isZero();
    assertThat(done.pending()).isEmpty();
  }

  @Test
  void without_a_remote_nothing_is_pushed_and_a_push_is_refused_with_the_remedy() {
    one.save("gw1", "a");
    assertThat(one.vault().settle(LONG)).isTrue();
    refused(() -> one.vault().push()).containsExactly("remote-none");
    one.remote(remote);
    one.vault().removeRemote();
    assertThat(one.git("config", "--list")).doesNotContain("remote.origin");
    assertThat(one.vault().status().remote()).isEmpty();
  }

  @Test
  void what_two_controllers_did_is_merged_and_nothing_is_lost() {
    one.save("gw1", "one, first");
    Controller two = two();
    String loser = one.later(HOUR).save("gw1", "one, at nine");
    one.save("gw2", "only one");
    two.later(HOUR.multipliedBy(2)).save("gw1", "two, at ten");
    two.save("gw3", "only two");
    one.remote(remote);
    Synced merged = two.remote(remote);
    assertThat(merged.received()).isEqualTo(2);
    assertThat(merged.decisions()).singleElement().asString().contains("gw1", "2026-01-05T10:00");
    one.vault().push();

    assertThat(one.tip()).isEqualTo(two.tip()).isEqualTo(remoteTip());
    assertThat(one.plain("gw1", "main")).isEqualTo("two, at ten");
    assertThat(one.plain("gw2", "main")).isEqualTo("only one");
    assertThat(one.plain("gw3", "main")).isEqualTo("only two");
    assertThat(one.plain("gw1", loser)).isEqualTo("one, at nine");
    assertThat(one.vault().list())
        .extracting(s -> s.gateway() + " " + s.commit())
        .doesNotHaveDuplicates()
        .hasSize(5)
        .anyMatch(line -> line.endsWith(loser));
    for (Controller controller : List.of(one, two)) {
      controller.git("fsck", "--strict");
      assertThat(controller.vault().verifyChain().snapshots()).isEqualTo(5);
      assertThat(controller.vault().verify("main", "gw1", controller.identity()))
          .isInstanceOf(ReadBack.Decrypted.class);
    }
  }

  @Test
  void git_itself_believes_the_merge() {
    Controller two = two();
    one.save("gw1", "a");
    two.save("gw2", "b");
    one.remote(remote);
    two.remote(remote);
    String said =
        two.git(
            "-c",
            "gpg.ssh.allowedSignersFile=" + two.place().allowedSigners(),
            "log",
            "--format=%G? %GS");
    assertThat(said.lines())
        .allMatch(line -> line.startsWith("G "))
        .contains("G two", "G backstay");
    assertThat(two.git("rev-list", "--merges", "--count", "main")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_recipient_that_one_side_added_and_another_that_one_side_removed_are_joined(
      boolean theRemoverMerges) throws Exception {
    Path third = folder.resolve("third");
    Path fourth = folder.resolve("fourth");
    String added = newRecipient(third);
    String gone = newRecipient(fourth);
    one.save("gw1", "a");
    one.vault().rekey(List.of(gone), List.of(), one.identity().orElseThrow());
    Controller two = two();
    one.vault().rekey(List.of(added), List.of(), one.identity().orElseThrow());
    two.vault().rekey(List.of(), List.of(gone), two.identity().orElseThrow());
    two.later(HOUR).save("gw2", "b");
    (theRemoverMerges ? one : two).remote(remote);
    (theRemoverMerges ? two : one).remote(remote);
    two.remote(remote);

    assertThat(two.vault().status().recipients()).hasSize(2).contains(added).doesNotContain(gone);
    assertThat(two.vault().status().forOthers()).containsExactlyInAnyOrder("gw1", "gw2");
    two.later(HOUR).save("gw1", "a");
    two.save("gw2", "b");
    assertThat(two.vault().status().forOthers()).isEmpty();
    assertThat(two.vault().verify("main", "gw1", Optional.of(Identity.read(third))))
        .isInstanceOf(ReadBack.Decrypted.class);
    refused(() -> two.vault().verify("main", "gw1", Optional.of(Identity.read(fourth))))
        .containsExactly("identity-wrong");
  }

  private static String newRecipient(Path file) {
    run("age-keygen", "-o", file.toString());
    return run("age-keygen", "-y", file.toString());
  }

  @Test
  void a_controller_that_only_fell_behind_takes_what_is_there() {
    Controller two = two();
    one.remote(remote);
    two.remote(remote);
    one.save("gw1", "a");
    one.vault().push();
    Synced synced = two.vault().push();
    assertThat(synced.received()).isEqualTo(1);
    assertThat(two.tip()).isEqualTo(one.tip());
    assertThat(two.open().verify("main", "gw1", two.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
  }

  @Test
  void commits_of_nobody_that_is_believed_are_not_merged() throws IOException {
    Controller two = two();
    two.save("gw2", "b");
    two.remote(remote);
    String before = one.save("gw1", "a");
    String signers = Files.readString(one.place().allowedSigners());
    Files.writeString(
        one.place().allowedSigners(), signers.lines().findFirst().orElseThrow() + "\n");
    refused(() -> one.remote(remote)).containsExactly("remote-not-believed", "signature-invalid");
    assertThat(one.tip()).isEqualTo(before);
    assertThat(one.vault().status().remote()).isEmpty();

    Files.writeString(one.place().allowedSigners(), signers);
    assertThat(one.remote(remote).received()).isEqualTo(1);
  }

  @Test
  void an_unsigned_commit_below_a_believed_one_is_not_merged_either() {
    Controller two = two();
    two.unsigned();
    two.signOver("gw2: on top of a forged one");
    run("git", "-C", two.place().repository().toString(), "push", "-q", remote.toString(), "main");
    String before = one.save("gw1", "a");
    refused(() -> one.remote(remote)).containsExactly("remote-not-believed", "signature-invalid");
    assertThat(one.tip()).isEqualTo(before);
  }

  @Test
  void another_vault_and_a_repository_that_is_none_are_refused_and_not_noted() {
    Controller stranger = Controller.made(folder.resolve("stranger"));
    stranger.remote(remote);
    one.save("gw1", "a");
    refused(() -> one.remote(remote)).contains("remote-not-believed");
    believe(stranger);
    refused(() -> one.remote(remote)).containsExactly("vault-diverged");
    assertThat(one.vault().status().remote()).isEmpty();

    Path work = folder.resolve("work");
    Path code = folder.resolve("code.git");
    run("git", "init", "-q", "--initial-branch=main", work.toString());
    run(
        "git",
        "-C",
        work.toString(),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.net",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "code");
    run("git", "clone", "-q", "--bare", work.toString(), code.toString());
    String before = run("git", "-C", code.toString(), "rev-parse", "main");
    refused(() -> one.remote(code)).containsExactly("vault-foreign");
    assertThat(run("git", "-C", code.toString(), "rev-parse", "main")).isEqualTo(before);
  }

  private void believe(Controller other) {
    try {
      Files.writeString(
          one.place().allowedSigners(),
          Files.readString(one.place().allowedSigners())
              + Files.readString(other.place().allowedSigners()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void two_controllers_that_save_and_push_at_once_lose_nothing() throws Exception {
    Controller two = two();
    one.remote(remote);
    two.remote(remote);
    List<Future<List<String>>> sides = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Map.Entry<Controller, String> side : Map.of(one, "a", two, "b").entrySet()) {
        sides.add(threads.submit(() -> saveAndPush(side.getKey(), side.getValue())));
      }
    }
    one.vault().push();
    two.vault().push();
    one.vault().push();
    assertThat(one.tip()).isEqualTo(two.tip()).isEqualTo(remoteTip());
    List<String> inHistory = one.vault().list().stream().map(Snapshot::commit).toList();
    for (Future<List<String>> side : sides) {
      assertThat(inHistory).containsAll(side.get());
    }
    assertThat(two.vault().verifyChain().tip()).isEqualTo(one.tip());
    run("git", "-C", remote.toString(), "fsck", "--strict");
  }

  private static List<String> saveAndPush(Controller controller, String name) {
    List<String> commits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      controller.later(Duration.ofSeconds(1));
      commits.add(controller.save("gw-" + name, name + i));
      commits.add(controller.save("shared", name + i));
      controller.vault().settle(LONG);
    }
    return commits;
  }

  @Test
  void an_address_of_another_kind_or_with_a_password_is_refused_and_not_repeated() {
    for (String url :
        List.of(
            "https://me:hunter2@git.example.net/vault.git",
            "http://git.example.net/vault.git",
            "git://git.example.net/vault.git",
            "ssh://-oProxyCommand=x/vault.git",
            "ext::sh -c x")) {
      refused(() -> one.vault().setRemote(url, Optional.empty(), Optional.empty()))
          .containsExactly("remote-invalid");
    }
    assertThat(one.git("config", "--list")).doesNotContain("remote.origin", "hunter2");
  }

  @Test
  void hooks_in_the_repository_are_never_run() throws IOException {
    for (String hook : List.of("pre-push", "reference-transaction", "post-commit", "pre-auto-gc")) {
      Path file = one.place().repository().resolve("hooks").resolve(hook);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(file, "#!/bin/sh\ntouch " + folder.resolve("ran") + "\nexit 1\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    one.save("gw1", "a");
    assertThat(one.remote(remote).sent()).isEqualTo(2);
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void what_is_forced_upon_the_remote_takes_the_place_of_what_was_named_and_of_nothing_else()
      throws IOException {
    one.remote(remote);
    String there = remoteTip();
    one.vault().removeRemote();
    one.save("gw1", "a");
    try (VaultRepository repository = VaultRepository.open(one.place().repository());
        RemoteLink link =
            new RemoteLink(
                repository,
                new RemoteSettings(
                    RemoteUrl.parse(remote.toString()), Optional.empty(), Optional.empty()),
                () -> {
                  throw new AssertionError("this is no SSH");
                },
                LONG)) {
      ObjectId tip = repository.tip();
      assertThat(link.push(tip, Optional.of(tip))).isEqualTo(new RemoteLink.Answer.Moved());
      assertThat(remoteTip()).isEqualTo(there);
      assertThat(link.push(tip, Optional.of(ObjectId.fromString(there))))
          .isEqualTo(new RemoteLink.Answer.Accepted());
    }
    assertThat(remoteTip()).isEqualTo(one.tip());
  }

  @Test
  void a_lock_that_a_crash_left_at_the_remote_is_named_and_removed_when_it_is_old()
      throws IOException {
    one.remote(remote);
    one.save("gw1", "a");
    one.vault().settle(LONG);
    Path lock = Files.createFile(remote.resolve("refs/heads/main.lock"));
    String commit = one.save("gw1", "b");
    one.vault().settle(LONG);
    assertThat(lock).exists();
    refused(() -> one.vault().push()).containsExactly("remote-locked");
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(61)));
    assertThat(one.vault().push().sent()).isEqualTo(1);
    assertThat(lock).doesNotExist();
    assertThat(remoteTip()).isEqualTo(commit);
  }
}
