package dev.backstay.change;

import dev.backstay.playbook.ScriptWish;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Scripts that were checked in beside the playbook. Whether one has run already, only its own proof
 * could tell: a change with scripts always has something to do.
 *
 * @param scripts in the order in which they run
 */
public record Scripts(List<Script> scripts) implements Part {
  /**
   * One script with its way back.
   *
   * @param seconds that each run may take
   * @param files of each kind: apply, verify, and revert if it has one
   * @param irreversible why it cannot be undone; empty when it can
   */
  public record Script(String name, long seconds, List<File> files, String irreversible) {
    public Script {
      files = List.copyOf(files);
    }
  }

  /**
   * @param kind apply, verify or revert
   * @param path as the playbook names it
   */
  public record File(String kind, String path, String sha256) {}

  public Scripts {
    scripts = List.copyOf(scripts);
  }

  static Scripts of(List<ScriptWish> wishes) {
    return new Scripts(
        wishes.stream()
            .map(wish ->
                new Script(
                    wish.name(),
                    wish.timeout().toSeconds(),
                    wish.kinds().stream()
                        .map(k -> new File(k.word(), k.file().path(), k.file().sha256()))
                        .toList(),
                    wish.irreversible().orElse("")))
            .toList());
  }

  @Override
  public String lines() {
    StringBuilder text = new StringBuilder();
    for (Script script : scripts) {
      String head = "script\t%s\t%d\t".formatted(script.name(), script.seconds());
      script
          .files()
          .forEach(file ->
              text.append(head)
                  .append(
                      "%s\t%s\t%s.%s\n"
                          .formatted(file.kind(), file.sha256(), script.name(), file.kind())));
      if (!script.irreversible().isEmpty()) {
        text.append(head).append("irreversible\t-\t-\n");
      }
    }
    return text.toString();
  }

  @Override
  public String what() {
    return scripts.stream()
        .map(s -> "script " + s.name() + (s.irreversible().isEmpty() ? "" : " (CANNOT BE UNDONE)"))
        .collect(Collectors.joining(", "));
  }

  @Override
  public List<String> diff() {
    List<String> lines = new ArrayList<>();
    for (Script script : scripts) {
      script
          .files()
          .forEach(file ->
              lines.add(
                  "script %s %s: %s sha256 %s"
                      .formatted(script.name(), file.kind(), file.path(), file.sha256())));
      if (!script.irreversible().isEmpty()) {
        lines.add("script %s CANNOT BE UNDONE: %s".formatted(script.name(), script.irreversible()));
      }
    }
    return lines;
  }

  @Override
  public boolean nothingToDo() {
    return scripts.isEmpty();
  }
}
