package dev.backstay.rollout;

import dev.backstay.playbook.Approval;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who has agreed to a saved plan: lines in a file beside it, each signed with the person's own SSH
 * key. An approval is bound to the hash of the plan and ends by itself. That of the plan's author
 * does not count, and one key counts once, under however many names.
 */
public final class Approvals {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final SshKeygen keys;

  /**
   * @param plan the file of the saved plan
   */
  public Approvals(Path plan, SshKeygen keys) {
    this.file = plan.resolveSibling(plan.getFileName() + ".approvals");
    this.keys = keys;
  }

  /**
   * @param plan its hash
   * @param signature armoured, over {@link #statement}
   */
  public record Given(String person, String plan, Instant at, Instant expires, String signature) {
    public Given {
      Stream.of(person, plan, at, expires, signature).forEach(Objects::requireNonNull);
    }

    /** What is signed. */
    String statement() {
      return Approvals.statement(person, plan, at, expires);
    }
  }

  private static String statement(String person, String plan, Instant at, Instant expires) {
    return "approval of a plan of Backstay\nperson %s\nplan %s\nat %s\nexpires %s\n"
        .formatted(person, plan, at, expires);
  }

  /**
   * Signs and writes an approval.
   *
   * @param person as the file of approvers names them
   * @param key private, or public where an agent holds the private one
   * @throws ProblemException {@code author-approves}, {@code unknown-approver}, {@code
   *     signing-failed}
   */
  public Given give(SavedPlan plan, String person, Path key, Instant now, Duration length) {
    if (samePerson(person, plan.author())) {
      throw new ProblemException(
          "author-approves",
          person,
          "whoever made a plan does not approve it",
          "ask somebody else to look at it");
    }
    String hash = PlanFile.hash(plan);
    Instant at = Instant.ofEpochSecond(now.getEpochSecond());
    Instant expires = at.plus(length);
    Given given =
        new Given(person, hash, at, expires, keys.sign(key, statement(person, hash, at, expires)));
    if (!keys.verifies(person, given.statement(), given.signature())) {
      throw new ProblemException(
          "unknown-approver",
          person,
          "the file of approvers does not know this person with this key",
          "add a line to approvers, as ssh-keygen(1) describes ALLOWED SIGNERS: PERSON"
              + " namespaces=\"%s\" KEY".formatted(SshKeygen.NAMESPACE));
    }
    append(given);
    return given;
  }

  private void append(Given given) {
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(given) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code Anna@example.org} and {@code anna} are the same person, to be on the safe side. */
  private static boolean samePerson(String one, String other) {
    return name(one).equals(name(other));
  }

  private static String name(String person) {
    int at = person.indexOf('@');
    return (at < 0 ? person : person.substring(0, at)).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns if enough people have agreed to exactly this plan.
   *
   * @throws ProblemException {@code not-approved}, with who has and why others do not count
   */
  public void require(SavedPlan plan, Approval rule, Instant now) {
    if (rule.people() == 0) {
      return;
    }
    TreeSet<String> people = new TreeSet<>();
    Set<String> counted = new HashSet<>();
    List<String> others = new ArrayList<>();
    for (Given given : given()) {
      String why = whyNot(given, plan, rule, now);
      if (!why.isEmpty()) {
        others.add(given.person() + ": " + why);
      } else if (people.contains(name(given.person()))) {
        // Who agrees twice is still one person.
        counted.add(SshKeygen.keyOf(given.signature()));
      } else if (counted.add(SshKeygen.keyOf(given.signature()))) {
        people.add(name(given.person()));
      } else {
        others.add(given.person() + ": signed with a key that has counted already");
      }
    }
    if (people.size() < rule.people()) {
      throw new ProblemException(
          "not-approved",
          file.toString(),
          "%d of %d people have agreed to this plan%s%s"
              .formatted(
                  people.size(),
                  rule.people(),
                  people.isEmpty() ? "" : " (" + String.join(", ", people) + ")",
                  others.isEmpty() ? "" : "; not counted: " + String.join("; ", others)),
          "they do it with: backstay approve PLAN --as PERSON");
    }
  }

  private String whyNot(Given given, SavedPlan plan, Approval rule, Instant now) {
    if (!given.plan().equals(PlanFile.hash(plan))) {
      return "agreed to another plan";
    }
    Instant latest = given.at().plus(rule.expires());
    Instant end = given.expires().isBefore(latest) ? given.expires() : latest;
    if (!now.isBefore(end)) {
      return "expired at " + end;
    }
    if (samePerson(given.person(), plan.author())) {
      return "made the plan";
    }
    return keys.verifies(given.person(), given.statement(), given.signature())
        ? ""
        : "the signature is not theirs";
  }

  private List<Given> given() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Given> all = new ArrayList<>();
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (!line.isBlank()) {
          all.add(Objects.requireNonNull(JSON.readValue(line, Given.class)));
        }
      }
      return all;
    } catch (JacksonException | NullPointerException damaged) {
      throw new ProblemException(
          "approvals-damaged",
          file.toString(),
          "a line of it is no approval",
          "remove the line, and let that person approve again");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
