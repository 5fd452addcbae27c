package dev.backstay.change;

import dev.backstay.playbook.Implementation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * All interfaces of a gateway are taken over by another implementation of WireGuard, whole.
 *
 * @param interfaces that are not run by it yet; empty when there is nothing to do
 */
public record Takeover(Implementation to, List<String> interfaces) implements Part {
  public Takeover {
    interfaces = List.copyOf(interfaces);
  }

  @Override
  public String lines() {
    return "implementation\t%s\n".formatted(to.word());
  }

  @Override
  public String what() {
    return "%s taken over by %s"
        .formatted(
            String.join(", ", interfaces), to == Implementation.KERNEL ? "the kernel" : to.word());
  }

  @Override
  public List<String> diff() {
    String from = to == Implementation.KERNEL ? "a program" : Implementation.KERNEL.word();
    return interfaces.stream()
        .map(name -> "interface %s: run by %s → %s".formatted(name, from, to.word()))
        .toList();
  }

  @Override
  public boolean nothingToDo() {
    return interfaces.isEmpty();
  }

  @Override
  public Set<String> touches() {
    return new TreeSet<>(interfaces);
  }
}
