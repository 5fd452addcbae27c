package dev.backstay.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A person who answers in the order that was written down, and remembers what was asked. */
final class ScriptedTerminal implements SecretTerminal {
  final List<String> asked = new ArrayList<>();
  final List<String> shown = new ArrayList<>();
  final List<char[]> typed = new ArrayList<>();

  private final Deque<String> answers;

  ScriptedTerminal(String... answers) {
    this.answers = new ArrayDeque<>(List.of(answers));
  }

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public char[] ask(String question) {
    asked.add(question);
    char[] answer = answers.pop().toCharArray();
    typed.add(answer);
    return answer;
  }

  @Override
  public void show(String words, char[] secret) {
    shown.add(words + new String(secret));
  }
}
