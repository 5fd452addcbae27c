package dev.backstay.report;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * A rollout as its journal has it. Times are those of the controller's clock.
 *
 * @param plan hash of the plan that was carried out
 * @param began of the first line
 * @param last of the last line
 * @param gateways in the order of the waves
 * @param orders what people ordered meanwhile, in order
 * @param moments everything that is worth a line, in order
 * @param exitStatus of the command that ran it, once it has ended
 */
public record Story(
    String id,
    String playbook,
    String plan,
    Instant began,
    Instant last,
    List<Wave> waves,
    List<Lane> gateways,
    List<Order> orders,
    List<Moment> moments,
    Optional<Event.Ended> end,
    Optional<Integer> exitStatus) {

  /**
   * @param number from 1; 1 is the canary
   * @param passed empty as long as it was not judged
   */
  public record Wave(
      int number,
      List<String> gateways,
      Optional<Instant> began,
      Optional<Instant> judged,
      Optional<Boolean> passed,
      String reason) {}

  /**
   * What became of one gateway.
   *
   * @param endings in order; a gateway that was confirmed can be taken back later
   */
  public record Lane(
      String gateway,
      int wave,
      List<Stretch> steps,
      List<Judgement> judgements,
      List<Closing> endings,
      List<Evidence> evidence) {
    /** How it stands now; empty if the rollout has not come to that. */
    public Optional<Closing> ending() {
      return endings.isEmpty() ? Optional.empty() : Optional.of(endings.getLast());
    }

    public Optional<Judgement> judgement() {
      return judgements.isEmpty() ? Optional.empty() : Optional.of(judgements.getLast());
    }

    /** In a word or three. */
    public String standing() {
      return ending()
          .map(Closing::ending)
          .orElse(steps.isEmpty() ? "not reached" : "open: last step " + steps.getLast().step());
    }
  }

  /**
   * One step.
   *
   * @param ended empty while it runs, and where the controller died in it
   * @param result {@code done}, {@code failed} or {@code unknown}; empty like {@code ended}
   */
  public record Stretch(
      String step,
      Instant began,
      Optional<Instant> ended,
      String result,
      String detail,
      Map<String, String> facts) {
    /** Whether it ended, and not well. */
    public boolean bad() {
      return ended.isPresent() && !result.equals("done");
    }

    /**
     * The time in which the interfaces were away, if this step had one. Its length is the
     * gateway's; where it lies is known to within the second between two questions to the gateway.
     */
    public Optional<Cut> cut() {
      String prefix = step.equals("revert") ? "revert-" : "";
      Optional<Double> begin = fact(prefix + "cut-begin");
      Optional<Double> end = fact(prefix + "cut-end");
      if (ended.isEmpty() || begin.isEmpty() || end.isEmpty() || end.get() < begin.get()) {
        return Optional.empty();
      }
      // The last mark that the gateway set is the nearest to the answer that ended the waiting.
      double last =
          facts.keySet().stream().flatMap(name -> mark(name).stream()).reduce(end.get(), Math::max);
      Instant begins = before(ended.get(), last - begin.get());
      return Optional.of(new Cut(begins, before(ended.get(), last - end.get())));
    }

    private static Instant before(Instant moment, double seconds) {
      return moment.minusMillis(Math.round(seconds * 1000));
    }

    /** Marks are uptimes, and are named for the begin or the end of something. */
    private Optional<Double> mark(String name) {
      return name.endsWith("-begin") || name.endsWith("-end") ? fact(name) : Optional.empty();
    }

    private Optional<Double> fact(String name) {
      try {
        return Optional.ofNullable(facts.get(name)).map(Double::valueOf);
      } catch (NumberFormatException noNumber) {
        return Optional.empty();
      }
    }
  }

  /** When the interfaces of a gateway were away. */
  public record Cut(Instant began, Instant ended) {
    public Duration length() {
      return Duration.between(began, ended);
    }
  }

  public record Judgement(Instant at, Event.Judged body) {
    /** In words: {@code 18 back, 2 failed}. What there is none of is left out. */
    public String counts() {
      String counts =
          new TreeMap<>(body.counts())
              .entrySet().stream()
                  .filter(count -> count.getValue() > 0)
                  .map(count -> count.getValue() + " " + count.getKey())
                  .collect(Collectors.joining(", "));
      return counts.isEmpty() ? "no clients" : counts;
    }
  }

  /**
   * @param ending as {@link Event.GatewayEnded} has it
   */
  public record Closing(Instant at, String ending, String reason) {}

  /**
   * What was kept of a gateway, or why not.
   *
   * @param commit empty if it was not kept
   * @param note for people
   */
  public record Evidence(Instant at, String take, Optional<String> commit, String note) {}

  /** What a person ordered, in a sentence. */
  public record Order(Instant at, String text) {}

  /**
   * One line of the tale.
   *
   * @param gateway empty for what concerns the whole rollout
   * @param subject the step, or what else this is about
   * @param missing who did not come back, if this is a judgement
   */
  public record Moment(
      Instant at,
      String gateway,
      String subject,
      String text,
      Tone tone,
      List<Event.Missing> missing) {}

  public enum Tone {
    /** A wave begins. */
    HEADING,
    PLAIN,
    /** What somebody looks for who asks what went wrong. */
    BAD
  }

  /**
   * @param lines of a journal, at least one
   * @param exitStatus of each result
   */
  public static Story of(List<JournalLine> lines, ToIntFunction<Result> exitStatus) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("an empty journal tells no story");
    }
    Telling telling = new Telling();
    lines.forEach(telling::take);
    return telling.story(lines.getFirst().time(), lines.getLast().time(), exitStatus);
  }

  /** From the first line to this moment. */
  public Duration since(Instant moment) {
    return Duration.between(began, moment);
  }

  /** Those of whom a client is missing in the last judgement. */
  public List<Lane> withMissing() {
    return gateways.stream()
        .filter(lane -> lane.judgement().map(j -> !j.body().missing().isEmpty()).orElse(false))
        .toList();
  }

  /** Those of whom it is known what each gate said. */
  public List<Lane> withGates() {
    return gateways.stream()
        .filter(lane -> lane.judgement().map(j -> !j.body().gates().isEmpty()).orElse(false))
        .toList();
  }

  public List<Lane> withEvidence() {
    return gateways.stream().filter(lane -> !lane.evidence().isEmpty()).toList();
  }

  /** The last sentence. */
  public String result() {
    return end.map(e -> "Result: " + e.result().words() + ". " + e.reason())
        .orElse(
            "This journal has no end: the controller died or is still at work."
                + " Gateways with an open lease revert by themselves.");
  }
}
