package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.emptyRemote;
import static dev.backstay.snapshot.Controller.refused;
import static dev.backstay.snapshot.Controller.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PruneTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Retention LAST_TWO = new Retention(2, 0, 0, 0);
  private static final Retention LAST = new Retention(1, 0, 0, 0);

  @TempDir private Path folder;
  private Controller one = Controller.none();

  @BeforeEach
  void vault() {
    one = Controller.made(folder.resolve("one"));
  }

  @AfterEach
  void quiet() {
    one.settle();
  }

  /** So many days, a snapshot of gw1 on each and of gw2 on the first; oldest first. */
  private List<String> days(int count) {
    List<String> commits = new ArrayList<>();
    one.save("gw2", "never changes");
    for (int day = 0; day < count; day++) {
      commits.add(one.save("gw1", "day " + day));
      one.later(DAY);
    }
    return commits;
  }

  @Test
  void what_stays_is_what_the_rules_keep_and_the_newest_of_each_gateway() {
    List<Snapshot> newestFirst = new ArrayList<>();
    Instant day = Instant.parse("2026-03-31T12:00:00Z");
    for (int i = 0; i < 90; i++) {
      newestFirst.add(snapshot("gw1", day.minus(DAY.multipliedBy(i))));
      newestFirst.add(snapshot("gw1", day.minus(DAY.multipliedBy(i)).minusSeconds(3600)));
    }
    newestFirst.add(snapshot("gw2", Instant.parse("2019-01-01T00:00:00Z")));
    assertThat(new Retention(3, 2, 3, 3).keep(newestFirst))
        .extracting(one -> one.gateway() + " " + one.savedAt())
        .containsExactly(
            "gw1 2026-03-31T12:00:00Z",
            "gw1 2026-03-31T11:00:00Z",
            "gw1 2026-03-30T12:00:00Z",
            "gw1 2026-03-29T12:00:00Z",
            "gw1 2026-03-22T12:00:00Z",
            "gw1 2026-02-28T12:00:00Z",
            "gw1 2026-01-31T12:00:00Z",
            "gw2 2019-01-01T00:00:00Z");
  }

  @Test
  void rules_that_keep_nothing_or_less_are_refused() {
    refused(() -> new Retention(0, 0, 0, 0)).containsExactly("retention-invalid");
    refused(() -> new Retention(1, -1, 0, 0)).containsExactly("retention-invalid");
  }

  private static Snapshot snapshot(String gateway, Instant time) {
    return new Snapshot(
        time.toString(), gateway, time, "r", "a <a@b>", Optional.empty(), Optional.empty());
  }

  @Test
  void what_stays_decrypts_under_its_old_id_and_the_rest_is_gone_from_the_disk() {
    List<String> commits = days(6);
    String blob =
        one.git("rev-parse", commits.get(1) + ":gateways/gw1/files/etc/wireguard/wg0.conf.age");
    String tree = one.git("rev-parse", "main^{tree}");
    Pruned pruned = one.vault().prune(LAST_TWO, List.of(), false);
    one.vault().dropPruned();

    assertThat(pruned.removed())
        .extracting(Snapshot::commit)
        .containsExactlyInAnyOrderElementsOf(commits.subList(0, 4));
    assertThat(one.git("rev-parse", "main^{tree}")).isEqualTo(tree);
    assertThat(one.vault().list())
        .extracting(Snapshot::gateway)
        .containsExactly("gw1", "gw1", "gw2");
    assertThat(one.plain("gw1", "main")).isEqualTo("day 5");
    assertThat(one.vault().verify(commits.get(4), "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    assertThat(one.vault().show("gw1", commits.get(4).substring(0, 10))).contains("gateway gw1");
    refused(() -> one.vault().show("gw1", commits.get(1))).containsExactly("snapshot-unknown");
    assertThat(one.git("cat-file", "--batch-all-objects", "--batch-check")).doesNotContain(blob);
    one.git("fsck", "--strict");
    assertThat(one.open().verifyChain().snapshots()).isEqualTo(3);
    assertThat(one.save("gw1", "day 5")).isNotEmpty();
    assertThat(one.vault().list()).hasSize(3);
  }

  @Test
  void the_time_the_author_and_the_reason_of_what_stays_are_those_from_before() {
    days(4);
    List<Snapshot> before = one.vault().list();
    one.vault().prune(LAST_TWO, List.of(), false);
    assertThat(one.vault().list())
        .usingRecursiveComparison()
        .ignoringFields("commit")
        .isEqualTo(List.of(before.get(0), before.get(1), before.getLast()));
  }

  @Test
  void a_dry_run_tells_the_same_and_changes_nothing() {
    days(4);
    String tip = one.tip();
    Pruned dry = one.vault().prune(LAST_TWO, List.of(), true);
    assertThat(one.tip()).isEqualTo(tip);
    Pruned done = one.vault().prune(LAST_TWO, List.of(), false);
    assertThat(done.removed()).isEqualTo(dry.removed()).hasSize(2);
    assertThat(one.vault().prune(LAST_TWO, List.of(), false).removed()).isEmpty();
  }

  @Test
  void what_an_open_rollout_may_need_stays_also_when_it_is_named_by_an_older_id() {
    List<String> commits = days(5);
    one.vault().prune(new Retention(4, 0, 0, 0), List.of(), false);
    one.vault().prune(LAST, List.of(commits.get(1)), false);
    one.vault().dropPruned();
    assertThat(one.vault().list())
        .extracting(Snapshot::gateway)
        .containsExactly("gw1", "gw1", "gw2");
    assertThat(one.vault().verify(commits.get(1), "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
  }

  @Test
  void the_pruned_history_is_believed_and_an_older_one_still_is_not() {
    days(3);
    String old = one.tip();
    one.vault().prune(LAST, List.of(), false);
    String pruned = one.tip();
    one.git("update-ref", "refs/heads/main", old);
    refused(() -> one.open().save("gw1", capture(), "r")).containsExactly("vault-went-back");
    one.git("update-ref", "refs/heads/main", pruned);

    // As for another working directory that has seen the history only before.
    one.remember(old);
    assertThat(one.open().verify("main", "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
  }

  @Test
  void a_statement_that_nobody_signed_makes_no_successor() {
    days(2);
    String seen = one.tip();
    String forged =
        one.git(
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example.net",
            "commit-tree",
            "-m",
            "Pruned\n\nReplaces: " + seen + "\nGeneration: 9",
            "main^{tree}");
    one.git("update-ref", "refs/heads/main", forged);
    refused(() -> one.open().save("gw1", capture(), "r")).containsExactly("vault-went-back");
  }

  private Capture capture() {
    return Controller.capture(one.now(), java.util.Map.of("a", "b"));
  }

  @Test
  void the_remote_and_a_controller_that_fell_behind_follow() {
    Path remote = emptyRemote(folder.resolve("remote.git"));
    Controller two = one.second(folder.resolve("two"));
    one.remote(remote);
    two.remote(remote);
    days(4);
    one.vault().push();
    one.vault().prune(LAST, List.of(), false);
    one.vault().push();
    assertThat(run("git", "-C", remote.toString(), "rev-parse", "main")).isEqualTo(one.tip());
    two.vault().push();
    assertThat(two.tip()).isEqualTo(one.tip());
    assertThat(two.open().verify("main", "gw1", two.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
  }

  @Test
  void what_another_controller_did_on_the_old_history_is_done_again_on_the_new_one() {
    Path remote = emptyRemote(folder.resolve("remote.git"));
    days(4);
    one.remote(remote);
    Controller two = one.second(folder.resolve("two"));
    two.remote(remote);
    one.vault().removeRemote();
    one.vault().prune(LAST, List.of(), false);
    String theirs = two.at("2026-02-01T00:00:00Z").save("gw3", "on the old history");
    two.vault().push();

    // The pruned one meets a remote that went on.
    one.remote(remote);
    assertThat(one.plain("gw3", "main")).isEqualTo("on the old history");
    assertThat(one.vault().verify(theirs, "gw3", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    assertThat(one.vault().list()).hasSize(3);

    // And the other one meets a pruned remote with something that nobody has seen.
    String late = two.at("2026-02-02T00:00:00Z").save("gw4", "late");
    two.vault().push();
    one.vault().push();
    assertThat(one.tip()).isEqualTo(two.tip());
    assertThat(one.vault().list()).hasSize(4);
    assertThat(one.vault().verify(late, "gw4", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    for (Controller controller : List.of(one, two)) {
      assertThat(controller.open().verifyChain().snapshots()).isEqualTo(4);
      controller.git("fsck", "--strict");
    }
  }

  @Test
  void a_remote_that_somebody_wrote_to_is_not_overwritten_by_a_prune() {
    Path remote = emptyRemote(folder.resolve("remote.git"));
    days(3);
    one.remote(remote);
    Controller stranger = Controller.made(folder.resolve("stranger"));
    stranger.save("gw1", "of another vault");
    run(
        "git",
        "-C",
        stranger.place().repository().toString(),
        "push",
        "-q",
        "--force",
        remote.toString(),
        "main");
    one.vault().prune(LAST, List.of(), false);
    refused(() -> one.vault().push()).contains("remote-not-believed");
    assertThat(run("git", "-C", remote.toString(), "rev-parse", "main")).isEqualTo(stranger.tip());
  }

  @Test
  void two_that_pruned_the_same_history_meet() {
    Path remote = emptyRemote(folder.resolve("remote.git"));
    days(4);
    Controller two = one.second(folder.resolve("two"));
    one.vault().prune(LAST, List.of(), false);
    one.remote(remote);
    two.vault().prune(LAST_TWO, List.of(), false);
    two.at("2026-03-01T00:00:00Z").save("gw5", "after the prune");
    two.remote(remote);
    one.vault().push();
    assertThat(one.tip()).isEqualTo(two.tip());
    assertThat(one.plain("gw5", "main")).isEqualTo("after the prune");
    assertThat(one.open().verifyChain().snapshots()).isEqualTo(3);
  }
}
