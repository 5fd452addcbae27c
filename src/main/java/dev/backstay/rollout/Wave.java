package dev.backstay.rollout;

import java.util.List;

/**
 * Gateways that are changed together.
 *
 * @param choices not empty
 * @param askFirst whether a person is asked before it begins
 */
public record Wave(List<Choice> choices, boolean askFirst) {
  /**
   * @param reason why this gateway stands here; empty where only its turn had come
   */
  public record Choice(String gateway, String reason) {}

  public Wave {
    choices = List.copyOf(choices);
  }

  public List<String> gateways() {
    return choices.stream().map(Choice::gateway).toList();
  }
}
