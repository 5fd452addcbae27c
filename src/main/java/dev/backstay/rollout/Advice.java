package dev.backstay.rollout;

import dev.backstay.transaction.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What a person does next where a rollout ended and is not over. */
public final class Advice {
  private final RolloutState state;
  private final List<String> lines = new ArrayList<>();

  private Advice(RolloutState state) {
    this.state = state;
  }

  /** Lines for people; none where nothing is to be done. */
  public static List<String> of(RolloutState state) {
    Advice advice = new Advice(state);
    if (state.end().filter(end -> end.result() == Result.PARTIAL).isPresent()) {
      advice.ofThoseNobodyKnows();
      advice.ofTheRest();
    }
    return List.copyOf(advice.lines);
  }

  private void ofThoseNobodyKnows() {
    List<String> unknown = named(gateway -> gateway.endedAs(Ending.UNKNOWN));
    if (unknown.isEmpty()) {
      return;
    }
    String names = String.join(", ", unknown);
    boolean one = unknown.size() == 1;
    lines.add(
        "Nobody knows how %s %s. What is not confirmed, a gateway takes back by itself when its lease is over."
            .formatted(names, one ? "is" : "are"));
    lines.add(
        "  backstay facts %s    says what its lease came to, once it answers"
            .formatted(String.join(" ", unknown)));
    lines.add("  \"reverted\": it is in its old state. \"confirmed\": it has the new version.");
    lines.add(
        "  \"revert-failed\", or no answer: log in there by another way;"
            + " /var/lib/backstay/programs/deadman status says why,");
    lines.add("  and /var/lib/backstay/programs/deadman revert tries to take it back once more.");
  }

  private void ofTheRest() {
    List<String> changed = named(gateway -> gateway.endedAs(Ending.CONFIRMED));
    List<String> old =
        named(gateway ->
            gateway.endedAs(Ending.REVERTED)
                || gateway.endedAs(Ending.UNCHANGED) && !gateway.passed());
    if (changed.isEmpty()) {
      return;
    }
    lines.add(
        "%s %s the new version%s."
            .formatted(
                count(changed),
                changed.size() == 1 ? "has" : "have",
                old.isEmpty() ? "" : ", and the old one is still on " + String.join(", ", old)));
    lines.add(
        "  backstay rollback %s    takes the new version back everywhere".formatted(state.id()));
    if (!old.isEmpty()) {
      lines.add(
          "  backstay plan PLAYBOOK    with the same playbook: a plan for those that do not have it yet");
    }
  }

  private static String count(List<String> gateways) {
    return gateways.size() == 1 ? "1 gateway" : gateways.size() + " gateways";
  }

  private List<String> named(Predicate<GatewayState> which) {
    return state.gateways().entrySet().stream()
        .filter(entry -> which.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
