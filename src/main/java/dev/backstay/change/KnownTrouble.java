package dev.backstay.change;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.KernelVersion;
import dev.backstay.playbook.Implementation;
import dev.backstay.regression.KnownRegression;
import dev.backstay.regression.KnownRegressions;
import dev.backstay.regression.Situation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known to go wrong on a gateway once it is changed.
 *
 * @param already whether the gateway is in it before the change as well
 */
public record KnownTrouble(KnownRegression row, boolean already) {
  private static final String TOOLS = "wireguard-tools";
  private static final String GO = "wireguard-go";

  /** In the order of the table. */
  public static List<KnownTrouble> of(KnownRegressions table, Facts facts, GatewayChange change) {
    Set<KnownRegression> before = new HashSet<>(table.of(now(facts)));
    return table.of(then(facts, change)).stream()
        .map(row -> new KnownTrouble(row, before.contains(row)))
        .toList();
  }

  private static Situation now(Facts facts) {
    return new Situation(
        facts.os(),
        facts.architecture(),
        facts.kernel(),
        facts.kernelVersion(),
        implementation(facts),
        packages(facts),
        Set.of(),
        facts.interfaces().stream().anyMatch(InterfaceFacts::threaded));
  }

  private static Situation then(Facts facts, GatewayChange change) {
    Situation now = now(facts);
    Map<String, String> packages = new HashMap<>(now.packages());
    Set<String> changing = new HashSet<>();
    change
        .part(Packages.class)
        .map(Packages::changes)
        .orElse(List.of())
        .forEach(one -> {
          packages.remove(one.name());
          if (!one.to().equals(Packages.NONE)) {
            packages.put(one.name(), one.to());
            changing.add(one.name());
          }
        });
    Optional<KernelSwitch> kernel =
        change.part(KernelSwitch.class).filter(part -> !part.nothingToDo());
    return new Situation(
        now.system(),
        now.architecture(),
        kernel.map(KernelSwitch::to).orElse(now.release()),
        kernel.isPresent() ? version(kernel.get().to(), facts, packages) : now.kernel(),
        change
            .part(Takeover.class)
            .map(part -> part.to() == Implementation.KERNEL ? "kernel" : "userspace")
            .orElse(now.implementation()),
        packages,
        changing,
        // How another kernel begins is not known.
        kernel.isEmpty() && now.threaded());
  }

  /** Debian's packages of a kernel carry the version that its authors gave it. */
  private static Optional<String> version(
      String release, Facts facts, Map<String, String> packages) {
    return Optional.ofNullable(packages.get("linux-image-" + release))
        .filter(version -> facts.os().startsWith("debian"))
        .or(() -> KernelVersion.ofRelease(release));
  }

  private static String implementation(Facts facts) {
    boolean inKernel =
        facts.interfaces().isEmpty()
            ? !facts.tools().containsKey(GO)
            : facts.interfaces().stream().allMatch(InterfaceFacts::inKernel);
    return inKernel ? "kernel" : "userspace";
  }

  private static Map<String, String> packages(Facts facts) {
    Map<String, String> versions = new HashMap<>();
    Optional.ofNullable(facts.tools().get("wg")).ifPresent(tools -> versions.put(TOOLS, tools));
    facts
        .packages()
        .forEach((name, one) -> one.installed().ifPresent(version -> versions.put(name, version)));
    return versions;
  }
}
