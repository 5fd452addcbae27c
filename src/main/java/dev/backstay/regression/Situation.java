package dev.backstay.regression;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway is, or is to be: what rows of the table are held against. What is not known is
 * left out, and no row that asks for it applies.
 *
 * @param system as os-release has it: its ID and its VERSION_ID, such as {@code debian 12}
 * @param architecture as {@code uname -m}
 * @param release of the kernel, as {@code uname -r}
 * @param kernel version of the kernel as its authors count it; empty where only the distribution's
 *     own number is known
 * @param implementation who does WireGuard's work: {@code kernel} or {@code userspace}
 * @param packages versions by name; the tools also under {@code wireguard-tools} where only the
 *     program told its version
 * @param changing names of the packages that a change installs or replaces
 * @param threaded whether an interface of the kernel decrypts in threads of its own
 */
public record Situation(
    String system,
    String architecture,
    String release,
    Optional<String> kernel,
    String implementation,
    Map<String, String> packages,
    Set<String> changing,
    boolean threaded) {
  public Situation {
    packages = Map.copyOf(packages);
    changing = Set.copyOf(changing);
  }
}
