package dev.backstay.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A saved plan as people read it. */
public final class PlanText {
  private final SavedPlan plan;
  private final StringBuilder text = new StringBuilder();

  private PlanText(SavedPlan plan) {
    this.plan = plan;
  }

  public static String of(SavedPlan plan) {
    PlanText text = new PlanText(plan);
    text.write();
    return text.text.toString();
  }

  /** Nobody compares 23 digits by eye; the JSON has them all. */
  private static final Pattern SRCVERSION =
      Pattern.compile("WireGuard module ([0-9A-F]{8})[0-9A-F]+");

  private void write() {
    say("Plan for playbook " + name());
    for (int i = 0; i < plan.waves().size(); i++) {
      wave(i + 1, plan.waves().get(i));
    }
    String same =
        plan.gateways().stream()
            .filter(entry -> entry.changes().isEmpty())
            .map(SavedPlan.Entry::name)
            .collect(Collectors.joining(", "));
    if (!same.isEmpty()) {
      say("  nothing to do on " + same);
    }
    if (!plan.nothingToDo()) {
      rules();
    }
  }

  private String name() {
    return plan.id().replaceFirst("-[0-9]{8}-[0-9]{6}$", "");
  }

  private void wave(int number, Wave wave) {
    if (wave.askFirst()) {
      say("  a person is asked");
    }
    say("  wave %d%s".formatted(number, number == 1 ? " (canary)" : ""));
    Map<String, SavedPlan.Entry> entries = plan.byName();
    for (Wave.Choice choice : wave.choices()) {
      SavedPlan.Entry entry = entries.get(choice.gateway());
      if (entry != null) {
        say("    " + choice.gateway() + "  " + entry.what());
        entry.changes().stream()
            .filter(line -> !line.startsWith("package ") && !line.startsWith("activate "))
            .forEach(line -> say("         " + line));
      }
      if (!choice.reason().isEmpty()) {
        say("         " + SRCVERSION.matcher(choice.reason()).replaceAll("module srcversion $1…"));
      }
    }
  }

  private void rules() {
    say("  judged by");
    plan.rules().forEach((rule, words) -> say("    %-11s %s".formatted(rule, words)));
    say(
        "  worst case %s, without waiting for people or windows"
            .formatted(length(plan.worstSeconds())));
    if (!plan.cannotUndo().isEmpty()) {
      say("  cannot be undone");
      plan.cannotUndo().forEach(sentence -> say("    " + sentence));
    }
    troubles();
  }

  /** A plan is no place to learn all of it by heart: who, what, and what to do. */
  private void troubles() {
    if (plan.troubles().isEmpty()) {
      return;
    }
    say("  known to go wrong with such versions (more: backstay regressions ID)");
    for (SavedPlan.Trouble trouble : plan.troubles()) {
      say("    %s  %s".formatted(trouble.id(), who(trouble)));
      say("      " + trouble.sentence());
      say("      " + trouble.advice());
    }
  }

  private static String who(SavedPlan.Trouble trouble) {
    List<String> parts = new ArrayList<>();
    if (!trouble.fresh().isEmpty()) {
      parts.add("new on " + Sentences.some(trouble.fresh()));
    }
    if (!trouble.already().isEmpty()) {
      parts.add("as before on " + Sentences.some(trouble.already()));
    }
    return String.join(", ", parts);
  }

  private static String length(long seconds) {
    Duration length = Duration.ofSeconds(seconds);
    return length.toHours() > 0
        ? "%d h %d min".formatted(length.toHours(), length.toMinutesPart())
        : "%d min".formatted(Math.ceilDiv(seconds, 60));
  }

  private void say(String line) {
    text.append(line).append('\n');
  }
}
