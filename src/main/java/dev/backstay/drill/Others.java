package dev.backstay.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The gateways that a rollout has to leave alone, as they were before it. */
final class Others {
  private final Stage stage;
  private final Map<String, String> before = new LinkedHashMap<>();

  /**
   * @param busy gateways that something else is being done to meanwhile
   */
  Others(Stage stage, Set<String> busy) {
    this.stage = stage;
    stage.gateways().stream()
        .filter(name -> !busy.contains(name))
        .forEach(name -> before.put(name, stage.mark(name)));
  }

  /** A sentence for each that is not as it was. */
  List<String> touched() {
    List<String> sentences = new ArrayList<>();
    before.forEach((name, mark) -> {
      String now = stage.mark(name);
      if (!now.equals(mark)) {
        sentences.add("%s was touched: %s, before %s".formatted(name, now, mark));
      }
    });
    return sentences;
  }
}
