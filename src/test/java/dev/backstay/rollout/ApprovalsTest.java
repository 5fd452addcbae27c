package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.FactsFixture;
import dev.backstay.playbook.Approval;
import dev.backstay.testing.SshKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real ssh-keygen. The plan is made by anna@ops. */
final class ApprovalsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final Approval ONE = new Approval(1, DAY);
  private static final Approval TWO = new Approval(2, DAY);

  @TempDir private Path folder;
  private final SavedPlan plan = PlanFixture.two();
  private Path file = Path.of("");
  private Path approvers = Path.of("");
  private Path bob = Path.of("");
  private Path carol = Path.of("");

  @BeforeEach
  void make() throws IOException {
    file = folder.resolve("plan.json.approvals");
    approvers = folder.resolve("approvers");
    bob = SshKeys.generate(folder.resolve("bob"));
    carol = SshKeys.generate(folder.resolve("carol"), "ecdsa", "");
    knows("bob@example.org", bob);
    knows("carol@example.org", carol);
  }

  private void knows(String person, Path key) throws IOException {
    Files.writeString(
        approvers,
        "%s namespaces=\"backstay-approval\" %s"
            .formatted(person, Files.readString(SshKeys.publicHalf(key))),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private Approvals approvals() {
    return new Approvals(folder.resolve("plan.json"), new SshKeygen(approvers));
  }

  private void given(String person, Path key) {
    approvals().give(plan, person, key, NOW, DAY);
  }

  private void edited(String was, String is) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(was);
    Files.writeString(file, text.replace(was, is));
  }

  private void enough(Approval rule, Instant now) {
    assertThatCode(() -> approvals().require(plan, rule, now)).doesNotThrowAnyException();
  }

  private void tooFew(Approval rule, Instant now, String... why) {
    assertThatThrownBy(() -> approvals().require(plan, rule, now))
        .hasMessageContainingAll(why)
        .hasMessageContaining("backstay approve PLAN --as PERSON");
  }

  @Test
  void one_who_may_is_enough_where_one_is_needed_and_nobody_is_where_none_is() {
    tooFew(ONE, NOW, "0 of 1 people have agreed to this plan");
    enough(Approval.NOBODY, NOW);
    given("bob@example.org", bob);
    enough(ONE, NOW);
  }

  @Test
  void an_approval_ends_after_a_day() {
    given("bob@example.org", bob);
    enough(ONE, NOW.plus(DAY).minusSeconds(1));
    tooFew(ONE, NOW.plus(DAY), "bob@example.org: expired at 2026-11-26T12:00:00Z");
  }

  @Test
  void nobody_makes_an_approval_last_longer_than_the_playbook_says() {
    approvals().give(plan, "bob@example.org", bob, NOW, Duration.ofDays(3650));
    enough(ONE, NOW.plus(DAY).minusSeconds(1));
    tooFew(ONE, NOW.plus(DAY), "bob@example.org: expired at 2026-11-26T12:00:00Z");
  }

  @Test
  void an_approval_of_another_plan_does_not_count() {
    SavedPlan other = PlanFixture.of(FactsFixture.healthy());
    approvals().give(other, "bob@example.org", bob, NOW, DAY);
    tooFew(ONE, NOW, "bob@example.org: agreed to another plan");
  }

  @Test
  void an_approval_that_was_moved_to_another_plan_by_hand_does_not_count() throws IOException {
    SavedPlan other = PlanFixture.of(FactsFixture.healthy());
    approvals().give(other, "bob@example.org", bob, NOW, DAY);
    edited(PlanFile.hash(other), PlanFile.hash(plan));
    tooFew(ONE, NOW, "bob@example.org: the signature is not theirs");
  }

  @Test
  void who_is_not_in_the_file_of_approvers_cannot_approve() {
    Path dave = SshKeys.generate(folder.resolve("dave"));
    assertThatThrownBy(() -> given("dave@example.org", dave))
        .hasMessageContaining("does not know this person with this key");
    assertThat(file).as("nothing is left of it").doesNotExist();
  }

  @Test
  void a_key_signs_for_its_own_person_only() {
    assertThatThrownBy(() -> given("carol@example.org", bob))
        .hasMessageContaining("does not know this person with this key");
  }

  @Test
  void who_was_taken_out_of_the_file_counts_no_more() throws IOException {
    given("bob@example.org", bob);
    Files.delete(approvers);
    knows("carol@example.org", carol);
    tooFew(ONE, NOW, "bob@example.org: the signature is not theirs");
  }

  @Test
  void a_signature_for_another_purpose_does_not_count() throws IOException {
    Files.delete(approvers);
    Files.writeString(
        approvers,
        "bob@example.org namespaces=\"file\" " + Files.readString(SshKeys.publicHalf(bob)));
    assertThatThrownBy(() -> given("bob@example.org", bob))
        .hasMessageContaining("does not know this person with this key");
  }

  @Test
  void the_author_does_not_approve_under_any_spelling() throws IOException {
    for (String author : new String[] {"anna", "anna@ops", "anna@example.org", "Anna"}) {
      Path key = SshKeys.generate(folder.resolve(author));
      knows(author, key);
      assertThatThrownBy(() -> given(author, key))
          .as(author)
          .hasMessageContaining("whoever made a plan does not approve it");
    }
  }

  @Test
  void two_people_are_two_and_one_who_agrees_twice_is_one() {
    given("bob@example.org", bob);
    given("bob@example.org", bob);
    tooFew(TWO, NOW, "1 of 2 people have agreed to this plan (bob)");
    given("carol@example.org", carol);
    enough(TWO, NOW);
  }

  @Test
  void one_key_under_two_names_is_one_person() throws IOException {
    knows("robert@example.org", bob);
    given("bob@example.org", bob);
    given("robert@example.org", bob);
    tooFew(TWO, NOW, "robert@example.org: signed with a key that has counted already");
  }

  @Test
  void a_damaged_signature_does_not_count() throws IOException {
    given("bob@example.org", bob);
    String line = Files.readString(file);
    int middle = line.indexOf("BEGIN SSH SIGNATURE") + 150;
    char other = line.charAt(middle) == 'A' ? 'B' : 'A';
    Files.writeString(file, line.substring(0, middle) + other + line.substring(middle + 1));
    tooFew(ONE, NOW, "bob@example.org: the signature is not theirs");
  }

  @Test
  void a_line_that_is_no_approval_is_refused_and_not_passed_over() throws IOException {
    given("bob@example.org", bob);
    for (String line :
        new String[] {"{}", "null", "approved!", "{\"person\": \"bob\"}", "\u0000"}) {
      Files.writeString(
          file, Files.readString(file).lines().findFirst().orElseThrow() + "\n" + line);
      assertThatThrownBy(() -> approvals().require(plan, ONE, NOW))
          .as(line)
          .hasMessageContaining("a line of it is no approval");
    }
  }

  @Test
  void without_a_usable_file_of_approvers_nobody_has_agreed() throws IOException {
    given("bob@example.org", bob);
    Files.writeString(approvers, "this is not a list of signers\n");
    tooFew(ONE, NOW, "bob@example.org: the signature is not theirs");
    Files.delete(approvers);
    assertThatThrownBy(() -> approvals().require(plan, ONE, NOW))
        .hasMessageContaining("there is no file of approvers");
  }

  @Test
  void a_key_that_is_not_there_is_told_with_the_words_of_ssh_keygen() {
    assertThatThrownBy(() -> given("bob@example.org", folder.resolve("nobody")))
        .hasMessageContaining("ssh-keygen did not sign: ");
  }
}
