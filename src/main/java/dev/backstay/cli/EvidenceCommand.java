package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.EvidenceArchive;
import dev.backstay.snapshot.EvidenceName;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "evidence",
    description = {
      "What gateways looked like when a change failed: logs, units, packet filter, routes, WireGuard.",
      "Without GATEWAY: which there is. With one: its parts. With PART: that text, or 'all' of them.",
      "Logs can hold secrets by accident: what this prints is for you, not for a ticket."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay evidence",
      "  backstay evidence module-1.1.1-20261125-030000 gw2",
      "  backstay evidence module-1.1.1-20261125-030000 gw2 journal --take at-failure"
    })
final class EvidenceCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String ALL = "all";

  @Parameters(index = "0", arity = "0..1", paramLabel = "ROLLOUT", description = "Default: all.")
  private Optional<String> rollout = Optional.empty();

  @Parameters(index = "1", arity = "0..1", paramLabel = "GATEWAY")
  private Optional<String> gateway = Optional.empty();

  @Parameters(index = "2", arity = "0..1", paramLabel = "PART")
  private Optional<String> part = Optional.empty();

  @Option(
      names = "--take",
      paramLabel = "TAKE",
      description = "at-failure or after-revert. Default: both.")
  private Optional<String> take = Optional.empty();

  @Option(names = "--json", description = "The list, one JSON object a line. Shows no part.")
  private boolean json;

  @Mixin private IdentityOption identity;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Vault vault = Wiring.vault(backstay.here().made());
    if (gateway.isPresent() && !json) {
      EvidenceName name = new EvidenceName(rollout.orElseThrow(), gateway.get());
      require(vault, name);
      Identity key = identity.require(backstay);
      show(name, vault.readEvidence(name, key));
    } else {
      list(vault.evidence());
    }
    return ExitCode.DONE.status();
  }

  /** What is not there is told before anybody is asked for an identity. */
  private static void require(Vault vault, EvidenceName name) {
    if (vault.evidence().stream().noneMatch(one -> one.name().equals(name))) {
      throw new ProblemException(
          "evidence-unknown",
          name.rollout(),
          "nothing was kept of '" + name.gateway() + "' in this rollout",
          "'backstay evidence' lists what there is; evidence is kept where a change failed");
    }
  }

  private void list(List<KeptEvidence> all) {
    PrintWriter out = spec.commandLine().getOut();
    all.stream()
        .filter(one -> rollout.map(one.name().rollout()::equals).orElse(true))
        .filter(one -> gateway.map(one.name().gateway()::equals).orElse(true))
        .forEach(one -> out.println(json ? JSON.writeValueAsString(one) : text(one)));
  }

  private static String text(KeptEvidence one) {
    StringBuilder line = new StringBuilder();
    line.append(
        "%s  %-44s %-12s".formatted(one.takenAt(), one.name().rollout(), one.name().gateway()));
    one.takes()
        .forEach((name, bytes) ->
            line.append("  %s %d KiB".formatted(name, Math.ceilDiv(bytes, 1024L))));
    return line.toString();
  }

  private void show(EvidenceName name, SortedMap<String, EvidenceArchive> takes) {
    try {
      int shown = 0;
      for (Map.Entry<String, EvidenceArchive> one : takes.entrySet()) {
        if (take.isEmpty() || take.get().equals(one.getKey())) {
          shown += show(one.getKey(), one.getValue());
        }
      }
      if (shown == 0) {
        throw new ProblemException(
            "evidence-part-unknown",
            name.rollout(),
            "nothing of that name was kept of '" + name.gateway() + "'",
            "backstay evidence %s %s lists its parts".formatted(name.rollout(), name.gateway()));
      }
    } finally {
      takes.values().forEach(EvidenceArchive::close);
    }
  }

  private int show(String ofTake, EvidenceArchive archive) {
    List<String> cut = archive.cut();
    SortedMap<String, SecretBytes> parts = archive.parts();
    PrintWriter out = spec.commandLine().getOut();
    int shown = 0;
    try {
      for (Map.Entry<String, SecretBytes> one : parts.entrySet()) {
        String name = one.getKey();
        String told = cut.contains(name) ? " (its end; there was more)" : "";
        boolean asked = part.filter(p -> p.equals(ALL) || p.equals(name)).isPresent();
        if (name.equals(EvidenceArchive.CUT) || (part.isPresent() && !asked)) {
          continue;
        }
        shown++;
        if (asked) {
          out.println("== %s, %s%s".formatted(ofTake, name, told));
          out.println(one.getValue().read(EvidenceCommand::legible));
        } else {
          out.println(
              "%-14s %-14s %8d bytes%s".formatted(ofTake, name, one.getValue().size(), told));
        }
      }
      return shown;
    } finally {
      parts.values().forEach(SecretBytes::close);
    }
  }

  /** What a gateway has logged must not move the cursor of whoever reads it. */
  private static String legible(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .stripTrailing()
        .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
  }
}
