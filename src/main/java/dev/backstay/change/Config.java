package dev.backstay.change;

import dev.backstay.wireguard.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Settings, addresses and peers of running interfaces, and of the files that they are made from.
 *
 * @param edits only of interfaces that are not as wanted
 */
public record Config(List<Edit> edits) implements Part {
  /**
   * One interface.
   *
   * @param settings lines for the program {@code config}, without its name and the interface
   * @param diff what is and what will be
   * @param after what must be found there afterwards
   */
  public record Edit(String name, List<String> settings, List<String> diff, After after) {
    public Edit {
      settings = List.copyOf(settings);
      diff = List.copyOf(diff);
    }
  }

  /**
   * @param moved whether the port is another, so that clients have to find it
   * @param excused peers that the change removes, or whose addresses it changes: who of them is not
   *     heard afterwards is not lost
   */
  public record After(
      String publicKey, int port, boolean moved, Set<PublicKey> peers, Set<PublicKey> excused) {
    public After {
      peers = Set.copyOf(peers);
      excused = Set.copyOf(excused);
    }
  }

  public Config {
    edits = List.copyOf(edits);
  }

  /** Whether the clients of any interface have to find it at another port. */
  public boolean moves() {
    return edits.stream().anyMatch(edit -> edit.after().moved());
  }

  @Override
  public String lines() {
    return edits.stream()
        .flatMap(edit ->
            edit.settings().stream().map(line -> "config\t%s\t%s\n".formatted(edit.name(), line)))
        .collect(Collectors.joining());
  }

  @Override
  public String what() {
    return edits.stream()
        .map(edit ->
            edit.diff().size() == 1
                ? edit.name() + " " + edit.diff().getFirst()
                : "%d settings of %s".formatted(edit.diff().size(), edit.name()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public List<String> diff() {
    return edits.stream()
        .flatMap(edit ->
            edit.diff().stream().map(line -> "interface %s: %s".formatted(edit.name(), line)))
        .toList();
  }

  @Override
  public boolean nothingToDo() {
    return edits.isEmpty();
  }

  @Override
  public Set<String> touches() {
    return edits.stream().map(Edit::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
