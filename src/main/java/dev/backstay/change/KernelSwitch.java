package dev.backstay.change;

import java.util.List;

/**
 * Another kernel, booted once while the old one stays the default. The packages that bring it are a
 * part of their own.
 *
 * @param from the release that runs
 * @param to the release that is to run
 */
public record KernelSwitch(String from, String to) implements Part {
  @Override
  public String lines() {
    return "kernel\t%s\n".formatted(to);
  }

  @Override
  public String what() {
    return "kernel %s → %s".formatted(from, to);
  }

  @Override
  public List<String> diff() {
    return List.of(
        "kernel %s → %s: the gateway restarts into it once, and %s stays the default until this is confirmed"
            .formatted(from, to, from));
  }

  @Override
  public boolean nothingToDo() {
    return from.equals(to);
  }
}
