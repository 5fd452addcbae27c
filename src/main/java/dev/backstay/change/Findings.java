package dev.backstay.change;

import dev.backstay.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what stands in the way of a change on one gateway. One thread. */
final class Findings {
  private final String gateway;
  private final List<Problem> problems = new ArrayList<>();

  Findings(String gateway) {
    this.gateway = gateway;
  }

  void add(String code, String what, String hint) {
    problems.add(new Problem(code, gateway, what, hint));
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }
}
