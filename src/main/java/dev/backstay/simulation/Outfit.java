package dev.backstay.simulation;

import dev.backstay.change.Packages;
import dev.backstay.playbook.Change;
import dev.backstay.playbook.InterfaceWish;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is on a simulated gateway, as far as a playbook may change it.
 *
 * @param packages version by name; {@link Packages#NONE} for one that is not there
 * @param kernel the release that runs, and that boots
 * @param settings by name: {@code mtu} of the interface, and those of the kernel
 */
record Outfit(
    SortedMap<String, String> packages, String kernel, SortedMap<String, String> settings) {
  /** In every version from before a change, whatever it is to become. */
  static final String BEFORE = "0-before";

  static final String MTU = "mtu";
  private static final String USUAL_KERNEL = "6.1." + BEFORE;
  private static final String USUAL_MTU = "1420";

  Outfit {
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Packages alone. */
  static Outfit of(Map<String, String> packages) {
    return new Outfit(new TreeMap<>(packages), USUAL_KERNEL, new TreeMap<>(Map.of(MTU, USUAL_MTU)));
  }

  /** A gateway on which everything that the change names is otherwise. */
  static Outfit before(Change change) {
    TreeMap<String, String> packages = new TreeMap<>();
    change.packages().keySet().forEach(name -> packages.put(name, BEFORE));
    change
        .kernel()
        .ifPresent(kernel ->
            kernel.packages().keySet().forEach(name -> packages.put(name, Packages.NONE)));
    TreeMap<String, String> settings = new TreeMap<>(Map.of(MTU, USUAL_MTU));
    change.sysctl().keySet().forEach(key -> settings.put(key, BEFORE));
    return new Outfit(packages, USUAL_KERNEL, settings);
  }

  /** The same gateway after that change. */
  static Outfit after(Change change) {
    Outfit before = before(change);
    TreeMap<String, String> packages = new TreeMap<>(before.packages());
    packages.putAll(change.packages());
    change.kernel().ifPresent(kernel -> packages.putAll(kernel.packages()));
    TreeMap<String, String> settings = new TreeMap<>(before.settings());
    settings.putAll(change.sysctl());
    mtu(change).ifPresent(bytes -> settings.put(MTU, bytes));
    return new Outfit(
        packages, change.kernel().map(Change.Kernel::release).orElse(USUAL_KERNEL), settings);
  }

  private static Optional<String> mtu(Change change) {
    return Optional.ofNullable(change.config().get(Observer.INTERFACE))
        .flatMap(InterfaceWish::mtu)
        .map(String::valueOf);
  }

  /** Whether a gateway from before has anything to become. */
  static boolean differs(Change change) {
    return !before(change).equals(after(change));
  }

  /**
   * What a model has, it must have whole: a change of which it knew a part only would say little.
   *
   * @throws ProblemException {@code not-simulated}
   */
  static void check(Playbook playbook) {
    Change change = playbook.change();
    List<String> strange = new ArrayList<>();
    change
        .config()
        .forEach((name, wish) -> {
          if (!name.equals(Observer.INTERFACE)) {
            strange.add("interface " + name);
          }
          boolean more =
              wish.listenPort().isPresent()
                  || wish.fwMark().isPresent()
                  || !wish.addresses().isEmpty()
                  || !wish.peers().isEmpty();
          if (more) {
            strange.add("more of an interface than its MTU");
          }
        });
    if (!change.scripts().isEmpty()) {
      strange.add("scripts");
    }
    change.implementation().ifPresent(other -> strange.add("the implementation of WireGuard"));
    playbook
        .traffic()
        .flatMap(Traffic::takeover)
        .ifPresent(of -> strange.add("who has the clients of " + of.from()));
    if (strange.isEmpty() && !differs(change)) {
      throw new ProblemException(
          "not-simulated",
          playbook.source(),
          "this playbook changes nothing that a simulated gateway does not have already",
          "name a package, a kernel, a sysctl, or an MTU of wg0");
    }
    if (!strange.isEmpty()) {
      throw new ProblemException(
          "not-simulated",
          playbook.source(),
          "this playbook changes %s, which simulated gateways do not have"
              .formatted(String.join(", ", strange)),
          "try its waves, gates and limits with another change: packages, a kernel, sysctl, or the"
              + " MTU of wg0");
    }
  }
}
