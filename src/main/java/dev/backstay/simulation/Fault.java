package dev.backstay.simulation;

import dev.backstay.playbook.Percent;
import dev.backstay.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What goes wrong in a simulation, and how often: {@code broken:20%}.
 *
 * @param share of gateways or of clients, as the kind says
 */
public record Fault(Kind kind, Percent share) {
  /** The words people write. */
  public enum Kind {
    BROKEN("broken", "gateways on which no client gets on with the new version"),
    NO_LOAD("no-load", "gateways on which the new module does not load"),
    LOSS("loss", "clients that the new version loses"),
    STALL("stall", "clients that shake hands and get no data through"),
    CHURN("churn", "clients that leave for good during a change, by either version"),
    UNREACHABLE("unreachable", "gateways that vanish during their change"),
    LINK("link", "gateways whose connections break once, for up to 10 minutes"),
    POWER("power", "gateways that lose their power once, for up to 5 minutes"),
    CLOCK("clock", "gateways whose clock is set an hour ahead or back"),
    DISK("disk-full", "gateways whose disk fills up"),
    TIMER("timer", "gateways whose dead-man timer somebody stops"),
    HANG("hang", "gateways on which staging hangs"),
    SLOW("slow", "gateways that need up to 10 times as long for everything"),
    CONTROLLER("controller-dies", "the controller is killed at a drawn moment");

    private final String word;
    private final String meaning;

    Kind(String word, String meaning) {
      this.word = word;
      this.meaning = meaning;
    }

    public String word() {
      return word;
    }

    public String meaning() {
      return meaning;
    }
  }

  private static final Pattern FORM =
      Pattern.compile("([a-z-]+)(?::([0-9]{1,3})(?:\\.([0-9]{1,2}))?%)?");

  /**
   * @throws ProblemException {@code fault-unknown}, {@code fault-share}
   */
  public static Fault parse(String text) {
    Matcher form = FORM.matcher(text);
    Optional<Kind> kind =
        form.matches()
            ? Arrays.stream(Kind.values()).filter(k -> k.word.equals(form.group(1))).findFirst()
            : Optional.empty();
    if (kind.isEmpty()) {
      throw new ProblemException(
          "fault-unknown",
          text,
          "this is no fault that can be simulated",
          "faults: "
              + Arrays.stream(Kind.values()).map(Fault::example).collect(Collectors.joining(", ")));
    }
    boolean shared = kind.get() != Kind.CONTROLLER;
    if (shared != (form.group(2) != null)) {
      throw new ProblemException(
          "fault-share",
          text,
          shared
              ? "how many is missing: of all " + kind.get().meaning
              : "the controller is one: it has no share",
          "write " + example(kind.get()));
    }
    int hundredths =
        shared
            ? Integer.parseInt(form.group(2)) * 100 + fraction(Optional.ofNullable(form.group(3)))
            : Percent.WHOLE;
    if (hundredths > Percent.WHOLE) {
      throw new ProblemException(
          "fault-share", text, "a share is at most 100%", "write " + example(kind.get()));
    }
    return new Fault(kind.get(), new Percent(hundredths));
  }

  private static int fraction(Optional<String> digits) {
    return digits.map(d -> Integer.parseInt(d.length() == 1 ? d + "0" : d)).orElse(0);
  }

  private static String example(Kind kind) {
    return kind == Kind.CONTROLLER ? kind.word : kind.word + ":5%";
  }

  /** The share of that kind, in hundredths of a percent; 0 if it is not among them. */
  static int share(List<Fault> faults, Kind kind) {
    return faults.stream()
        .filter(fault -> fault.kind() == kind)
        .mapToInt(fault -> fault.share().hundredths())
        .max()
        .orElse(0);
  }

  @Override
  public String toString() {
    return kind == Kind.CONTROLLER ? kind.word : kind.word + ":" + share;
  }
}
